"""The numbered catalogue of everything that can go wrong.

An error travels as a code, never as an English sentence: the web floor turns the code into words of the reader's
language, and the sync protocol into `application/problem+json` (RFC 9457) whose `type` is `/problems/<code>`.
The number before the dot is the HTTP status.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One entry: `code` such as "422.3", `title` the English reference sentence (a gettext message id)."""

    code: str
    title: str

    @property
    def status(self) -> int:
        return int(self.code.split(".")[0])


class Problem(Exception):
    """A named refusal. `code` is a key of CATALOGUE; `params` are values a sentence may show, never content."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.kind = CATALOGUE[code]
        self.params = params

    @property
    def code(self) -> str:
        return self.kind.code


def _catalogue(*kinds: Kind) -> dict[str, Kind]:
    found = {kind.code: kind for kind in kinds}
    if len(found) != len(kinds):
        raise ValueError("a problem code is used twice")
    return found


# fmt: off
CATALOGUE: dict[str, Kind] = _catalogue(
    # envelope: what the strict parser and the opener refuse, as intake/envelope/SPEC.md numbers it (422.1 to 422.19)
    Kind("422.1", "This is not an envelope of a version known here."),
    Kind("422.2", "The envelope's header does not end where it must, or holds a forbidden character."),
    Kind("422.3", "A line of the envelope's header is missing, unknown or out of order."),
    Kind("422.4", "The envelope's report number is written wrongly."),
    Kind("422.5", "The envelope's phone number is written wrongly."),
    Kind("422.6", "The envelope's day is written wrongly."),
    Kind("422.7", "The envelope's urgent mark is written wrongly."),
    Kind("422.8", "A part of the envelope is named wrongly."),
    Kind("422.9", "The length of a part of the envelope is written wrongly or out of bounds."),
    Kind("422.10", "The envelope's signature is written wrongly."),
    Kind("422.11", "The envelope is cut short, or something follows it."),
    Kind("422.12", "This cannot be opened with this key."),
    Kind("422.13", "The sealed content is packed wrongly."),
    Kind("422.14", "The sealed content is not the JSON it must be."),
    Kind("422.15", "A key or another value is written wrongly."),
    Kind("422.16", "These keys are not signed by the office this phone joined."),
    Kind("422.17", "This receipt is not signed by the server of this office."),
    Kind("422.18", "This message is not from the office, or not for this phone."),
    Kind("422.19", "These recovery words do not fit together."),
    # sync: devices, invitations, receipts (401, 403.1 to 403.9, 409.1, 413, 429)
    Kind("400.1", "This request is not understood."),
    Kind("400.2", "The envelope bears another report's number than its address."),
    Kind("401.1", "This phone is not known here."),
    Kind("403.1", "This phone is not enrolled here."),
    Kind("403.2", "The signature does not belong to this phone."),
    Kind("403.3", "This invitation is wrong, used or too old."),
    Kind("403.4", "The office has withdrawn this phone. Its reports are still kept."),
    Kind("403.5", "This request came from another website."),
    Kind("403.6", "Another phone already has this number. Make a new key."),
    Kind("404.1", "There is nothing here."),
    Kind("405.1", "This cannot be done here."),
    Kind("408.1", "This did not arrive whole. Try again."),
    Kind("404.14", "There is no answer for this number. Compare the digits. A new report's answer can take a day."),
    Kind("409.1", "Other content is already kept under this number."),
    Kind("413.1", "This is too large."),
    Kind("429.1", "Too many tries. Wait a while."),
    Kind("429.2", "Too many numbers were asked for. Wait a while."),
    Kind("500.1", "Something went wrong here. Nothing was changed."),
    Kind("503.1", "This cannot be answered at the moment. Try again later."),
    # office: sign-in, rights, stale decisions (401.2 on, 403.10 on, 409.2 on, 422.20 on)
    # pages: 403.10, 403.11, 404.2, 409.2, 422.20 to 422.24; sign-in: 401.2 on, 403.20 on, 409.3, 422.30 on
    Kind("403.10", "Your roles do not allow this."),
    Kind("403.11", "You hold no key to names and contacts."),
    Kind("404.2", "There is no such report here."),
    Kind("409.2", "This report has changed since you opened it."),
    Kind("422.20", "Give a reason of at least 10 characters."),
    Kind("422.21", "Choose what happens with this report."),
    Kind("422.22", "This form has expired. Open the page again."),
    Kind("422.23", "The sealed content cannot be opened with the keys of this office."),
    # cases (403.12, 404.3, 409.4, 422.170 on)
    Kind("403.12", "This case is closed to all but named colleagues."),
    Kind("404.3", "There is no such case or person here."),
    Kind("409.4", "This case has changed since you opened it."),
    Kind("404.4", "There is no such message here."),
    Kind("409.5", "A colleague has this report."),
    # sign-in and keychains
    Kind("401.2", "The name, the passphrase or the code is wrong, or the code was used before."),
    Kind("401.3", "You are signed out. Sign in again."),
    Kind("401.4", "The code is wrong or was used before."),
    Kind("401.5", "This passkey was not accepted. Try again, or use a code."),
    Kind("401.6", "The name, the passphrase or the passkey is wrong."),
    Kind("403.20", "This needs a fresh code from you first."),
    Kind("403.21", "You hold no key for this."),
    Kind("409.3", "The keys have changed since you opened them."),
    # answers and rules of the form (422.40 to 422.79)
    Kind("422.40", "This question needs an answer."),
    Kind("422.41", "This answer does not fit the question."),
    Kind("422.42", "This number is too small."),
    Kind("422.43", "This number is too large."),
    Kind("422.44", "This text is too long."),
    Kind("422.45", "This day does not exist."),
    Kind("422.46", "This day has not come yet."),
    Kind("422.47", "The first day comes after the last day."),
    Kind("422.48", "This choice is not offered."),
    Kind("422.49", "There are too many entries."),
    Kind("422.50", "The same entry is there twice."),
    Kind("422.51", "This question cannot be declined."),
    Kind("422.52", "These answers do not fit together."),
    Kind("422.53", "The form has no such question."),
    Kind("422.54", "A hidden question has an answer."),
    Kind("422.55", "This form or this version of it is not known here."),
    # setting up, keys, backups (422.80 on)
    Kind("422.80", "There is an office here already."),
    Kind("422.81", "This name is taken, too short or too long."),
    Kind("422.82", "These check words are not those of this key."),
    Kind("422.83", "This joining code is wrong, used or too old."),
    Kind("422.84", "The signing key needs two holders who are not administrators."),
    Kind("422.85", "Administrators hold no keys."),
    Kind("422.86", "The audit chain is broken at line {number}."),
    Kind("422.87", "A key in this bundle is not one that you or an earlier bundle can vouch for."),
    Kind("422.88", "This is not a whole backup, or not one that these words open."),
    Kind("422.89", "There is data here already. Restoring would replace it."),
    Kind("422.90", "This phone's keys are not those the office has on record."),
    Kind("422.91", "There is nobody here by this name."),
    Kind("422.92", "This account is not in a state that allows this."),
    Kind("422.93", "There is no office here yet."),
    Kind("422.94", "There is no such phone here."),
    Kind("422.95", "There is no such role or key."),
    Kind("422.100", "Somebody who holds keys cannot be an administrator. Close the account and propose another."),
    Kind("422.101", "These are not the words of your passphrase."),
    Kind("422.102", "A name for a passkey has at most 40 characters."),
    Kind("422.103", "There is no such session or passkey of yours."),
    Kind("404.5", "There is nobody here under this number."),
    Kind("422.96", "This is not a demo."),
    Kind("422.97", "This language is not offered yet."),
    Kind("422.98", "That office's bundle is older than one seen, or not signed by the key whose words were compared."),
    Kind("422.99", "There is no such other office here."),
    # what an office offers on its phones (422.120 on)
    Kind("422.120", "At least one form stays on, each with one version."),
    Kind("422.121", "This is no sound that phones can play: WebM or Ogg with Opus, or MP4, without pictures."),
    Kind("422.122", "No sentence that is read aloud has this key."),
    Kind("422.123", "There is no such sound."),
    # lists: the directory of services and the places, typed or read from a table (422.140 to 422.179). Who shows one
    # of these says beside it which line and column it is about.
    Kind("422.140", "This is not a CSV file in UTF-8."),
    Kind("422.141", "The first line must name these columns and no others: {columns}."),
    Kind("422.142", "The file must list at least one place that helps, and at most {most}."),
    Kind("422.143", "This line has more or fewer cells than the first."),
    Kind("422.144", "This is too long, or holds a line break."),
    Kind("422.145", "This is missing."),
    Kind("422.146", "This is no id of the office's list of places."),
    Kind("422.147", "Write free, not free or unknown."),
    Kind("422.148", "Write a day that has come, as in 2026-11-22."),
    Kind("422.149", "Nobody could get there. Give a landmark or a telephone number."),
    Kind("422.150", "Write codes of help, with ; between them."),
    Kind("422.151", "This is written wrongly. Several values have ; between them."),
    Kind("422.152", "The same name is listed twice for this place."),
    Kind("422.260", "The file must list at least one place, and the whole list can have at most {most}."),
    Kind("422.261", "Write letters a to z, digits, - or _, at most 64 of them."),
    Kind("422.262", "This id is there twice, or was used for a place before."),
    Kind("422.263", "Choose a place of the list that is in use."),
    Kind("422.264", "Places would lie in each other in a circle, or more than 8 deep."),
    Kind("422.265", "Another place within the same one has this name."),
    Kind("422.266", "This place was retired. Bring it back first."),
    Kind("422.267", "Places within this one are still in use. Retire them first."),
    Kind("422.268", "Help is listed at this place. Change the list of services first."),
    Kind("422.269", "A place is never taken out of the list, since reports may name it. Retire it."),
    # settings, words, and edits that cross each other (422.270 on)
    Kind("404.6", "There is nothing by this name in what phones get."),
    Kind("409.6", "Somebody else changed this since you opened it. Nothing was overwritten."),
    Kind("422.270", "Write a whole number within the bounds."),
    Kind("422.271", "Somebody must be asked at every age: choose for each."),
    Kind("422.272", "Write the sentence: it cannot be empty, and not longer than 2,000 characters."),
    Kind("422.273", "The parts in braces must be those of the reference."),
    Kind("422.274", "Choose at least one sentence."),
    Kind("422.275", "Choose a file."),
    Kind("422.276", "Phones need English, and every other language must be one that is offered."),
    # closing a case (422.290 on)
    Kind("422.290", "Say how help was for her, or why she was not asked."),
    # cases (422.170 to 422.189)
    Kind("422.170", "This cannot be done with a case in this state."),
    Kind("422.171", "This report is in the case already."),
    Kind("422.172", "This report is not in the case, or it is the only one."),
    Kind("422.173", "Choose a category, and kinds that belong to it."),
    Kind("422.174", "Choose what part this person has. A year of birth has four digits."),
    Kind("422.175", "Name the colleagues who may see the case, yourself among them."),
    Kind("422.176", "A second person must agree to this."),
    Kind("422.177", "Say why the case is closed."),
    Kind("422.178", "This report belongs to another case already."),
    # messages to the phones of officers (422.210 to 422.229)
    Kind("422.210", "This report came from a phone of another office. Nothing can be written to it from here."),
    Kind("422.211", "Nobody has compared the check words of this phone yet. Nothing can be written to it before that."),
    Kind("422.212", "This phone was withdrawn. Nothing can be written to it any more."),
    Kind("422.213", "Choose what it is about."),
    Kind("422.214", "Give the day by which this must be done. It cannot have passed."),
    Kind("422.215", "Give the day, as in 2026-11-22."),
    Kind("422.216", "Give the time, as in 09:30."),
    Kind("422.217", "Choose a step of the claim."),
    Kind("422.218", "Words are missing here, or there are too many of them."),
    Kind("422.219", "There is nothing left to tell: this was told, or is not needed any more."),
    Kind("422.220", "The phone must keep the message until the day by which it must be done, and at most 90 days."),
    Kind("422.221", "Choose a report of this case."),
    Kind("422.222", "Say in which language you write."),
    Kind("422.223", "It is not sure that this report came from this phone. Nothing can be written to it."),
    Kind("422.179", "This report is in a case. Take it out there first."),
    Kind("422.182", "Several versions came. Choose which one counts."),
    Kind("422.183", "There is no open case with this reference."),
    Kind("422.188", "There is no report with this number, and no open case with this reference."),
    Kind("422.184", "Give two to twelve capital letters or digits."),
    Kind("422.185", "Choose a colleague."),
    Kind("422.186", "Say whether she was told."),
    Kind("422.187", "Nobody has asked for this."),
    # the overview and the lists that leave (422.280 to 422.289)
    Kind("422.280", "Choose which list the file shall hold."),
    Kind("422.281", "Choose which kind of file you need."),
    Kind("422.282", "Choose a place and weeks that are offered."),
    # finding (422.240 to 422.249)
    # entering by hand, translating
    Kind("422.250", "Write a whole number, for example 3."),
    Kind("422.251", "Write the year with four digits, for example 2026."),
    Kind("422.252", "Choose the month as well, or leave the day empty."),
    Kind("422.253", "Between two dates: write day, month and year of both."),
    Kind("422.254", "Choose how it came."),
    Kind("422.255", "Nobody has agreed that this is written down, so it cannot be sent."),
    Kind("422.256", "This is not for the people of this office, and no other office is named to which it could go."),
    Kind("422.257", "This was entered by hand at the office. There is no phone to which one could write."),
    Kind("422.258", "Some answers need another look before this can be sent as finished."),
    Kind("422.259", "Choose another language of those you read, into which you translate."),
    Kind("409.10", "A colleague has translated this since you opened it. Both translations are kept."),
    Kind("404.8", "This is not here any more, or not yours to see."),

    Kind("422.240", "Give the search a name of 1 to 60 letters."),
    Kind("422.241", "Look for something first."),
    # phones and their invitations (422.160 to 422.179)
    Kind("422.160", "Write at least one name and at most 20, each on a line of its own."),
    Kind("422.161", "A name may have at most 60 characters."),
    Kind("422.162", "This invitation has been used, taken back or has expired. Look at the list of phones."),
    Kind("422.163", "Tick the box to say that this phone shall be withdrawn."),
    Kind("422.164", "A telephone number has digits, spaces and signs such as +, and at most 40 characters."),
    # the night: the rota and its addresses (409.7, 422.230 to 422.239)
    Kind("409.7", "The rota has changed since you opened it."),
    Kind("422.230", "Write an hour and minutes, as in 08:00."),
    Kind("422.231", "Choose a day that exists."),
    Kind("422.232", "This day is listed twice."),
    Kind("422.233", "This person has no account that is in use."),
    Kind("422.234", "Give this person a mail address or a line for the pager first."),
    Kind("422.235", "This is not a mail address."),
    Kind("422.236", "The second person must be another one than the first."),
    # programmes, school terms (422.360 to 422.379)
    Kind("422.360", "Write an amount in digits, as in 1250.50, without signs between thousands."),
    Kind("422.361", "Money was spent in another currency already. The currency cannot change any more."),
    Kind("422.362", "The amount must be more than nothing."),
    Kind("422.363", "Write a whole number of people, at least 1."),
    Kind("422.364", "This was seen to already, or is not needed any more."),
    Kind("422.365", "Write a number of days from 0 to 180."),
    # numbers that people keep (404.14, 429.2, 422.366, 422.367)
    Kind("422.366", "Write twelve # for the digits, among spaces, digits and the signs + ( ) . / -, 24 signs at most."),
    Kind("422.367", "This is no such number. Compare the digits."),
    # counts of people (422.368)
    Kind("422.368", "Write a whole number. Of the women there cannot be more than there are people."),
    # help (422.190 to 422.209)
    Kind("409.9", "This has changed since you opened it."),
    Kind("422.190", "This cannot be done with help in this state."),
    Kind("422.191", "She has not agreed that they are told. Ask her first, and record what she says under Consents."),
    Kind("422.192", "She asked that this be kept from them."),
    Kind("422.193", "Check whom she named, and say that you have."),
    Kind("422.194", "Only for a child can others decide. What a grown person has not agreed to is not done."),
    # figures and releases (404.13, 409.16, 409.27, 409.28, 422.340 to 422.349, 422.380)
    Kind("404.13", "There is no such release here."),
    Kind("409.16", "The figures have changed since this release was prepared. Prepare it again."),
    Kind("409.27", "Another office publishes figures here. Only one can: small numbers could be worked out of both."),
    Kind("409.28", "The public has a release that this office does not know of. Tell whoever runs the machines."),
    Kind("422.340", "Small counts could be worked out whatever is left unsaid. Nothing can be published for this day."),
    Kind("422.341", "A record that would be counted lacks “{name}”, or has a class that no table knows."),
    Kind("422.342", "This is not a file of published figures."),
    Kind("422.343", "What these releases say contradicts itself."),
    Kind("422.344", "Somebody other than the person who prepared it must approve a release."),
    Kind("422.345", "Say in a few words, for the public, why this release is withdrawn."),
    Kind("422.346", "Choose a day that is over and later than the last release."),
    Kind("422.347", "A release waits for a decision. Approve it or put it aside first."),
    Kind("422.380", "Whoever prepared this release chose the other policy. Both must choose the same."),
    Kind("422.348", "This release has been decided about already."),
    Kind("422.349", "The file is not signed by this office."),
    # claims (404.9, 404.10, 409.13, 409.14, 422.300 to 422.319)
    Kind("404.9", "There is no such claim, or nothing by this number in it."),
    Kind("404.10", "There is no such mission or list here, or nobody by this number on it."),
    Kind("409.13", "This claim has changed since you opened it."),
    Kind("409.14", "This has changed since you opened it. Nothing was overwritten: look, and send it again."),
    Kind("422.300", "This cannot follow in the claim as it stands."),
    Kind("422.301", "The consent that this needs is missing or was withdrawn."),
    Kind("422.302", "Later steps rest on this one. Undo those first."),
    Kind("422.303", "This reads like a DNA profile. Profiles are never kept here: write who had the sample, and when."),
    Kind("422.304", "With this day, steps that are already recorded would no longer fit. Check the day."),
    Kind("422.305", "It became known after it happened or on that day, and not later than today."),
    Kind("422.306", "This kit has been used already."),
    Kind("422.307", "There is a lawyer. Tell the claimant through the lawyer."),
    Kind("422.308", "No support was ordered for this month."),
    Kind("422.309", "The child may be of age. Only the child can decide this now."),
    Kind("422.310", "Say first which State this is about."),
    Kind("422.311", "The result of the test says otherwise, or has not been recorded."),
    # claims between offices (403.22, 403.23, 409.25, 409.26, 422.410 to 422.429)
    Kind("403.22", "This was not signed by the office that it names."),
    Kind("403.23", "This is not for that office to say."),
    Kind("409.25", "Another claim is kept here under this number."),
    Kind("409.26", "This cannot be done as the forwarding stands."),
    Kind("422.410", "This is no message of an office about a claim."),
    Kind("422.411", "It must be kept from this office: she asked for that, or a report came from there."),
    Kind("422.412", "Her newest word about this is a no. Nothing is forwarded."),
    Kind("422.413", "Only a registered, open claim of this office can be forwarded."),
    Kind("422.415", "This is recorded at the office that knows the claimant."),
    Kind("422.416", "This is recorded at the office that writes to the State."),
    # what people read (422.430)
    Kind("422.430", "Choose at least one language."),
    # missions (422.312 to 422.314)
    Kind("422.312", "This claim is on the list already."),
    Kind("422.313", "The last day comes before the first."),
    Kind("422.314", "There is no open claim with this reference."),
    # claims from a list (422.315 to 422.319)
    Kind("422.315", "Say which column is the key of a row, and give each field to one column only."),
    Kind("422.316", "The list must have at least one row, and at most 5,000."),
    Kind("422.317", "No State is known by this name. Write its name or the two letters of ISO 3166."),
    Kind("422.318", "This is no table that can be read: XLSX, or CSV in UTF-8."),
    Kind("422.319", "Somebody has worked on claims of this list since. It cannot be taken back as a whole any more."),
    # Member States: calendars, terms, notes verbales, scorecards (422.320 to 422.339)
    Kind("404.11", "There is no such Member State here."),
    Kind("404.12", "There is no such note or scorecard here."),
    Kind("409.15", "The States in it have not had their say yet. Nothing of it can be shared."),
    Kind("422.320", "Leave at least one working day in the week."),
    Kind("422.321", "Write one day a line, as in 2026-12-25, and at most 400 of them."),
    Kind("422.322", "Write a whole number of days from 1 to 1,000."),
    Kind("422.323", "Choose a State. Each is listed once."),
    Kind("422.324", "Choose a language in which letters can be written."),
    Kind("422.325", "Say who looked at this, and when."),
    Kind("422.326", "Choose at least one claim or allegation that concerns this State."),
    Kind("422.327", "This cannot be done with a note in this state."),
    Kind("422.328", "Choose what the answer says, and about which of them."),
    Kind("422.329", "Nobody can know of something before it happened, or before it was asked. Check the days."),
    Kind("422.330", "This is on record already, or something must come before it."),
    Kind("422.331", "Weights are whole numbers from 0 to 100, and one at least is not 0."),
    Kind("422.332", "A target is a whole number from 0 to 100."),
    Kind("422.333", "Choose at least one State."),
    Kind("422.334", "Say what this is about."),
    Kind("422.335", "Write what the State said."),
    # what the office decides about claims (422.440 to 422.443)
    Kind("422.440", "Write a whole number of days from 1 to 365."),
    Kind("422.441", "Write a whole number of years from 0 to 50."),
    Kind("422.442", "Choose at least one."),
    Kind("422.443", "Nothing is different from what is decided now."),
)
# fmt: on
