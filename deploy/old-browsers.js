/** What libraries ask for at their first line and our oldest browsers lack. Import it before them. */

// Chrome has it from 93 on, Safari from 15.4.
if (!Object.hasOwn) Object.hasOwn = (object, name) => Object.prototype.hasOwnProperty.call(object, name);
