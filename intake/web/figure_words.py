"""The words of the tables: their titles, their dimensions and their classes."""

from collections.abc import Mapping

from intake.domain.figures.tables import OTHER, UNKNOWN
from intake.words import N_

TITLES: Mapping[str, str] = {
    "status_by_state": N_("Claims by State"),
    "status_by_year": N_("Claims by year of receipt"),
    "status_by_category": N_("Claims by category of the alleged father"),
    "waiting_by_status": N_("How long claims wait, or waited"),
    "stalled_by_reason": N_("Where pending claims stall"),
    "dna_steps": N_("Steps of DNA tests"),
    "requests_by_state": N_("Requests to States, and their answers"),
    "assistance_by_service": N_("Assistance asked for, given and unmet"),
    "allegations_by_year": N_("Allegations by year and category"),
    "officer_gender": N_("Whether she could choose a woman or a man to speak to"),
    "told_back": N_("Whether people were told in time what became of it"),
}
# What a picture says to those who cannot see it, and why something is said otherwise than before.
MEANS: Mapping[str, str] = {
    "status_by_state": N_("For each State, how many claims are pending, resolved, and not established or withdrawn."),
    "status_by_year": N_(
        "For each year, how many of the claims received in it are pending, resolved, and not established or withdrawn."
    ),
    "status_by_category": N_(
        "For each category, how many claims are pending, resolved, and not established or withdrawn."
    ),
    "waiting_by_status": N_(
        "For each length of time, how many claims are pending, resolved, and not established or withdrawn."
    ),
    "stalled_by_reason": N_("For each reason, how many pending claims it holds up."),
    "dna_steps": N_("For each step, how many claims have come to it."),
    "requests_by_state": N_("For each State, how many requests were answered in time, answered late, or still wait."),
    "assistance_by_service": N_("For each service, how often it was given, declined, unmet, or is under way."),
    "allegations_by_year": N_("For each year, how many allegations there were of each category."),
    "officer_gender": N_("How often the wish was met."),
    "told_back": N_("How often people were told in time."),
    "moved": N_("it moved"),
    "held": N_("it moved by fewer than five, and is repeated"),
    "fresh": N_("as it is now; it was repeated before"),
    "dropped": N_("left out now"),
    "again": N_("left out before"),
    "new": N_("new, or no longer counted together"),
    "gone": N_("now counted together with others"),
    "policy": N_("another policy"),
}
DIMENSION: Mapping[str, str] = {
    "state": N_("Member State"),
    "year": N_("Year"),
    "category": N_("Category"),
    "waiting": N_("How long"),
    "reason": N_("Reason"),
    "dna": N_("Step"),
    "service": N_("Service"),
    "gender_wish": N_("Wish"),
    "told": N_("Told"),
    "status": N_("Status of the claim"),
    "answer": N_("Answer of the State"),
    "outcome": N_("What became of it"),
    "kind": N_("Kind of allegation"),
}
MEASURES: Mapping[str, str] = {
    "claims": N_("Claims of paternity and child support; one claim is one child."),
    "requests": N_("Requests to States, each for one matter."),
    "assistance": N_("Needs for assistance, each for one person and one service."),
    "allegations": N_("Allegations of sexual exploitation and abuse, each for one case."),
    "reports": N_("Reports, by what she wished and whom she spoke to."),
    "answers": N_("Answers that somebody was owed."),
}
# The columns of the CSV, in their order.
COLUMNS: Mapping[str, str] = {
    "table": N_("The table that the line belongs to."),
    "row": N_("The class of the row; * stands for all rows together."),
    "column": N_("The class of the column; * stands for all columns together, or for a table without columns."),
    "least": N_("The smallest number that it can be; empty where nothing is said."),
    "most": N_("The largest number that it can be; empty where nothing is said."),
    "how": N_("How it is said: one of the marks below."),
    "since": N_("The earlier release whose numbers are repeated; empty otherwise."),
}
HOW: Mapping[str, str] = {
    "rounded": N_("Rounded to the nearest five, and said as all the numbers that round so."),
    "exact": N_("As it was counted, by decision of two people."),
    "held": N_("Repeated from an earlier release, for it has moved by fewer than five since."),
    "dropped": N_("Left out, so that no small number can be worked out."),
}
# Names are not translated: they are those of the licences themselves.
LICENCES: Mapping[str, tuple[str, str]] = {
    "CC-BY-4.0": ("Creative Commons Attribution 4.0 International", "https://creativecommons.org/licenses/by/4.0/"),
    "CC-BY-SA-4.0": (
        "Creative Commons Attribution-ShareAlike 4.0 International",
        "https://creativecommons.org/licenses/by-sa/4.0/",
    ),
    "CC-BY-3.0-IGO": (
        "Creative Commons Attribution 3.0 IGO",
        "https://creativecommons.org/licenses/by/3.0/igo/",
    ),
    "ODC-By-1.0": ("Open Data Commons Attribution License v1.0", "https://opendatacommons.org/licenses/by/1-0/"),
    "CC0-1.0": ("Creative Commons Zero v1.0 Universal", "https://creativecommons.org/publicdomain/zero/1.0/"),
}
ALLOWS: Mapping[str, str] = {
    "CC-BY-4.0": N_("Anybody may use the figures and must say where they are from."),
    "CC-BY-SA-4.0": N_("The same, and what is made from them must be under the same licence."),
    "CC-BY-3.0-IGO": N_("As the first, in the version for intergovernmental organisations."),
    "ODC-By-1.0": N_("As the first, in a version for databases."),
    "CC0-1.0": N_("Anybody may use the figures for anything, without saying where they are from."),
}
CLASSES: Mapping[tuple[str, str], str] = {
    ("status", "pending"): N_("Pending"),
    ("status", "resolved"): N_("Resolved"),
    ("status", "not_established_or_withdrawn"): N_("Not established or withdrawn"),
    ("state", OTHER): N_("All other States (at most 2 each)"),
    ("state", UNKNOWN): N_("Not known"),
    ("state", "several"): N_("Several States named"),
    ("category", "military"): N_("Military"),
    ("category", "police"): N_("Police"),
    ("category", "civilian"): N_("Civilian"),
    ("category", UNKNOWN): N_("Not known"),
    ("waiting", "under_6_months"): N_("Less than 6 months"),
    ("waiting", "6_to_12_months"): N_("6 to 12 months"),
    ("waiting", "1_to_3_years"): N_("1 to 3 years"),
    ("waiting", "3_to_5_years"): N_("3 to 5 years"),
    ("waiting", "5_to_10_years"): N_("5 to 10 years"),
    ("waiting", "over_10_years"): N_("More than 10 years"),
    ("reason", "state_silent"): N_("The State does not answer"),
    ("reason", "state_incomplete"): N_("The State’s answer is incomplete"),
    ("reason", "father_not_found"): N_("The father is not identified or found"),
    ("reason", "father_refuses"): N_("The man refuses a sample"),
    ("reason", "law_excludes_dna"): N_("The State’s law allows no DNA test"),
    ("reason", "laboratory"): N_("Laboratory or samples"),
    ("reason", "court_needed"): N_("A court must decide"),
    ("reason", "cost"): N_("Costs"),
    ("reason", "claimant"): N_("The mother cannot be reached or needs time"),
    ("reason", "none_recorded"): N_("No reason recorded"),
    ("dna", "not_needed"): N_("Not needed"),
    ("dna", "needed"): N_("Needed, no sample yet"),
    ("dna", "sample_mother_child"): N_("Sample of mother and child"),
    ("dna", "sample_father"): N_("Sample of the man"),
    ("dna", "at_laboratory"): N_("At the laboratory"),
    ("dna", "result_in"): N_("Result known"),
    ("dna", "not_possible"): N_("Not possible"),
    ("answer", "in_time"): N_("Answered in time"),
    ("answer", "late"): N_("Answered late"),
    ("answer", "still_waiting"): N_("Waiting, not yet due"),
    ("answer", "overdue"): N_("Overdue"),
    ("outcome", "given"): N_("Given"),
    ("outcome", "declined"): N_("Declined by her"),
    ("outcome", "unmet"): N_("Unmet"),
    ("outcome", "under_way"): N_("Under way"),
    ("kind", "sexual_abuse"): N_("Sexual abuse"),
    ("kind", "sexual_exploitation"): N_("Sexual exploitation"),
    ("kind", OTHER): N_("Other"),
    ("kind", UNKNOWN): N_("Not known"),
    ("gender_wish", "met"): N_("Wish met"),
    ("gender_wish", "not_met"): N_("Wish not met"),
    ("gender_wish", "no_wish"): N_("No wish"),
    ("gender_wish", "not_recorded"): N_("Not recorded"),
    ("told", "in_time"): N_("Told in time"),
    ("told", "late"): N_("Told late"),
    ("told", "not_yet"): N_("Not told yet"),
    ("told", "not_recorded"): N_("Not recorded"),
    ("service", "SAFETY"): N_("Safety and shelter"),
    ("service", "MED"): N_("Medical care"),
    ("service", "MHPSS"): N_("Psychosocial support"),
    ("service", "LEGAL"): N_("Legal help"),
    ("service", "BASIC"): N_("Food, clothing and other basic needs"),
    ("service", "LIVELI"): N_("Earning a living"),
    ("service", "EDU_V"): N_("Education"),
    ("service", "CHILD_EDU"): N_("School for the child"),
    ("service", "CHILD_HEALTH"): N_("Health of the child"),
    ("service", "CHILD_REG"): N_("Registration of the birth"),
    ("service", "PATERNITY"): N_("Paternity claim"),
    ("service", "DNA"): N_("DNA test"),
    ("service", "CHILDSUP"): N_("Child support"),
    ("service", "CP"): N_("Child protection"),
    ("service", "INFO"): N_("Information about the case"),
    ("service", OTHER): N_("Other"),
}
