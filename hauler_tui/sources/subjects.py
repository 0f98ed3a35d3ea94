"""The fixed lists of what preprint servers can be asked for."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from operator import ne

from hauler_tui.domain.identifiers import arxiv_id
from hauler_tui.errors import SourceError

_SUBJECTS_OF_ARCHIVES = {
    "astro-ph": "CO EP GA HE IM SR",
    "cond-mat": "dis-nn mes-hall mtrl-sci other quant-gas soft stat-mech str-el supr-con",
    "cs": "AI AR CC CE CG CL CR CV CY DB DC DL DM DS ET FL GL GR GT HC IR IT LG LO MA MM MS NA NE "
    "NI OH OS PF PL RO SC SD SE SI SY",
    "econ": "EM GN TH",
    "eess": "AS IV SP SY",
    "gr-qc": "",
    "hep-ex": "",
    "hep-lat": "",
    "hep-ph": "",
    "hep-th": "",
    "math": "AC AG AP AT CA CO CT CV DG DS FA GM GN GR GT HO IT KT LO MG MP NA NT OA OC PR QA RA "
    "RT SG SP ST",
    "math-ph": "",
    "nlin": "AO CD CG PS SI",
    "nucl-ex": "",
    "nucl-th": "",
    "physics": "acc-ph ao-ph app-ph atm-clus atom-ph bio-ph chem-ph class-ph comp-ph data-an ed-ph "
    "flu-dyn gen-ph geo-ph hist-ph ins-det med-ph optics plasm-ph pop-ph soc-ph space-ph",
    "q-bio": "BM CB GN MN NC OT PE QM SC TO",
    "q-fin": "CP EC GN MF PM PR RM ST TR",
    "quant-ph": "",
    "stat": "AP CO ME ML OT TH",
}
ARXIV_CATEGORIES: Mapping[str, str] = {
    name.lower(): name
    for archive, subjects in _SUBJECTS_OF_ARCHIVES.items()
    for name in (archive, *(f"{archive}.{subject}" for subject in subjects.split()))
}
"""arXiv's archives and categories by their lower-case form (https://arxiv.org/category_taxonomy)."""

_SUBJECTS_OF_SERVERS = {
    "biorxiv": (
        "all animal_behavior_and_cognition biochemistry bioengineering bioinformatics biophysics "
        "cancer_biology cell_biology clinical_trials developmental_biology ecology epidemiology "
        "evolutionary_biology genetics genomics immunology microbiology molecular_biology "
        "neuroscience paleontology pathology pharmacology_and_toxicology physiology plant_biology "
        "scientific_communication_and_education synthetic_biology systems_biology zoology"
    ),
    "medrxiv": (
        "all addiction_medicine allergy_and_immunology anesthesia cardiovascular_medicine "
        "dentistry_and_oral_medicine dermatology emergency_medicine endocrinology epidemiology "
        "forensic_medicine gastroenterology genetic_and_genomic_medicine geriatric_medicine "
        "health_economics health_informatics health_policy health_systems_and_quality_improvement "
        "hematology hiv_aids infectious_diseases intensive_care_and_critical_care_medicine "
        "medical_education medical_ethics nephrology neurology nursing nutrition "
        "obstetrics_and_gynecology occupational_and_environmental_health oncology ophthalmology "
        "orthopedics otolaryngology pain_medicine palliative_medicine pathology pediatrics "
        "pharmacology_and_therapeutics primary_care_research psychiatry_and_clinical_psychology "
        "public_and_global_health radiology_and_imaging "
        "rehabilitation_medicine_and_physical_therapy respiratory_medicine rheumatology "
        "sexual_and_reproductive_health sports_medicine surgery toxicology transplantation urology"
    ),
}
PREPRINT_SUBJECTS: Mapping[str, Sequence[str]] = {
    server: tuple(subjects.split()) for server, subjects in _SUBJECTS_OF_SERVERS.items()
}
"""Collections (https://www.biorxiv.org/alertsrss, https://www.medrxiv.org/alertsrss).

Any other name answers an empty feed.
"""
SERVER_NAMES: Mapping[str, str] = {"biorxiv": "bioRxiv", "medrxiv": "medRxiv"}


_LARGEST = ("cs.lg", "cs.cv", "cs.cl", "cs.ai", "cs.ro", "cs.cr", "cs.se", "cs.ir", "cs.hc")
"""The categories that most papers of computer science are in."""


def arxiv_category(text: str) -> str:
    """An archive or category as arXiv spells it. Raises SourceError naming the nearest ones."""
    typed = text.strip()
    if known := ARXIV_CATEGORIES.get(typed.lower()):
        return known
    if arxiv_id(typed):
        raise SourceError("one paper is no subscription", f"capture it with: hauler add {typed}")
    if not re.fullmatch(r"[A-Za-z-]+(?:\.[A-Za-z-]+)?", typed):
        raise SourceError(
            f"“{typed[:60]}” is not a category of arXiv",
            'write it like arxiv:cs.CL or arxiv:cs, or a query like arxiv:au:"Jurafsky"',
        )
    if "." in typed:
        archive, _, subject = typed.lower().partition(".")
        swapped = f"{archive}.{subject[::-1]}"
        misspelt = _one_letter_off(archive, subject)
        names = [swapped, *(misspelt or _nearest(typed.lower(), ARXIV_CATEGORIES))]
        near = [ARXIV_CATEGORIES[name] for name in names if name in ARXIV_CATEGORIES][:3]
        raise SourceError(f"arXiv has no category “{typed[:60]}”", f"did you mean {_either(near)}?")
    near = _nearest(typed.lower(), [name for name in ARXIV_CATEGORIES if "." not in name])
    raise SourceError(
        f"arXiv has no archive “{typed[:60]}”",
        f"did you mean {_either(near)}? Words are searched with arxiv:all:{typed[:60]}",
    )


def preprint_subject(server: str, text: str) -> str:
    """A subject as ``biorxiv`` or ``medrxiv`` spell it. Raises SourceError naming the nearest."""
    name, known = SERVER_NAMES[server], PREPRINT_SUBJECTS[server]
    bare = re.sub(r"\([^()]*\)", "", text)
    subject = re.sub(r"[\s/_-]+", "_", bare.strip().lower().replace("&", " and ")).strip("_")
    if subject in known:
        return subject
    if not re.fullmatch(r"[a-z_]+", subject):
        raise SourceError(
            f"“{text.strip()[:60]}” is not a subject of {name}",
            f"write it like {server}:{'plant_biology' if server == 'biorxiv' else 'neurology'}",
        )
    begun = [one for one in known if one.startswith(subject) or f"_{subject}" in one]
    near = list(dict.fromkeys([*begun, *_nearest(subject, known)]))[:3]
    raise SourceError(f"{name} has no subject “{subject[:60]}”", f"did you mean {_either(near)}?")


def no_papers(server: str, subjects: str) -> str:
    """Why a preprint server may send nothing for the ``subject`` of a feed's address.

    It answers an unknown one, or one with hyphens, as politely as an empty one.
    """
    name = SERVER_NAMES[server]
    for typed in subjects.split("+"):
        try:
            subject = preprint_subject(server, typed)
        except SourceError as error:
            return f"No papers: {error.message}; {error.hint}"
        if subject != typed:
            return f"No papers: {name} has no subject “{typed[:60]}”; did you mean {subject}?"
    return f"No papers, though {name} has the subject; it may send some later."


def _one_letter_off(archive: str, subject: str) -> list[str]:
    """The archive's subjects that differ in one letter, same beginnings and large ones first."""
    near = [
        name
        for name in ARXIV_CATEGORIES
        if name.startswith(f"{archive}.")
        and len(name) == len(archive) + 1 + len(subject)
        and sum(map(ne, name[len(archive) + 1 :], subject)) == 1
    ]
    size = {name: place for place, name in enumerate(_LARGEST)}
    place = len(archive) + 1
    return sorted(near, key=lambda one: (one[place] != subject[0], size.get(one, len(size))))


def _nearest(text: str, names: Iterable[str]) -> list[str]:
    names = list(names)
    close = difflib.get_close_matches(text, names, n=3, cutoff=0.6)
    return close or difflib.get_close_matches(text, names, n=1, cutoff=0.0) or names[:1]


def _either(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
