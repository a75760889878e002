"""Names that clinics write beside the registry's: which almost spell a scale, and which are other questionnaires."""

import pytest

from pipelines.definitions import load_definitions
from pipelines.sources.scale_names import near_miss

SCALES = load_definitions().scales

PAIN_SCALES = "PAIN-NRS or PAIN-VAS"
BPI_SCALES = "BPI-INT or BPI-SEV"
PROMIS_SCALES = "PROMIS-ANX or PROMIS-DEP or PROMIS-PI"

EXAMPLES = {
    "other case and punctuation": {
        "PHQ9": "PHQ-9",
        "phq-9": "PHQ-9",
        "PHQ_9": "PHQ-9",
        "gad7": "GAD-7",
        "HAMD17": "HAM-D-17",
        "HAMA": "HAM-A",
        "QIDS-SR-16": "QIDS-SR16",
        "YBOCS": "Y-BOCS",
        "PCL5": "PCL-5",
        "CSSRS": "C-SSRS",
        "cadss": "CADSS",
    },
    "the name that clinics use": {
        "NRS": "PAIN-NRS",
        "NPRS": "PAIN-NRS",
        "VAS": "PAIN-VAS",
        "HDRS-17": "HAM-D-17",
        "HAMD": "HAM-D-17",
        "BDI": "BDI-II",
        "BDI2": "BDI-II",
        "QIDS": "QIDS-SR16",
        "BPI-SF severity": "BPI-SEV",
        "PROMIS Pain Interference": "PROMIS-PI",
        "PROMIS Depression 8a": "PROMIS-DEP",
    },
    "something after the name": {
        "PHQ-9 total": "PHQ-9",
        "PHQ9 Total Score": "PHQ-9",
        "PHQ-9 pre": "PHQ-9",
        "GAD-7 (anxiety)": "GAD-7",
        "MADRS score": "MADRS",
        "BAI total": "BAI",
        "BDI-II total": "BDI-II",
        "BPI severity": "BPI-SEV",
        "BPI interference": "BPI-INT",
        "PROMIS Anxiety T": "PROMIS-ANX",
    },
    "the beginning of an id": {
        "PHQ": "PHQ-9",
        "GAD": "GAD-7",
        "QIDS-SR": "QIDS-SR16",
        "PCL": "PCL-5",
        "HAM-D": "HAM-D-17",
    },
    "a name of more than one scale": {
        "BPI": BPI_SCALES,
        "BPI-SF": BPI_SCALES,
        "Pain": PAIN_SCALES,
        "pain score": PAIN_SCALES,
        "PROMIS": PROMIS_SCALES,
        "HAM": "HAM-A or HAM-D-17",
    },
    "one letter wrong": {"PGQ-9": "PHQ-9", "GAF-7": "GAD-7", "MADRD": "MADRS", "CADSZ": "CADSS"},
    "another questionnaire": dict.fromkeys(
        [
            "PHQ-2",
            "PHQ-8",
            "PHQ-15",
            "PHQ-90",
            "PHQ-A",
            "GAD-2",
            "AUDIT",
            "BSI",
            "BAIL",
            "Pegasus",
            "CAPS-5",
            "PCL-C",
            "LSAS",
            "ISI",
            "SF-36",
            "WHODAS 2.0",
            "MEQ-30",
            "EDI",
            "PROMIS-29",
            "QIDS-C16",
            "VAS depression",
        ]
    ),
    "another version, or a part of a scale": dict.fromkeys(
        [
            "MADRS-S",
            "madrs-s total",
            "HAM-D-21",
            "HDRS-24",
            "PHQ-9A",
            "PHQ-9 item 9",
            "IDS-SR",
            "BDI-FS",
            "Y-BOCS-II",
            "CY-BOCS",
            "CADSS-6",
            "C-SSRS intensity",
            "C-SSRS behavior",
            "PROMIS-PF",
            "PROMIS-ANG",
            "PAIN-VRS",
        ]
    ),
}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param(name, expected, id=f"{why}: {name}")
        for why, names in EXAMPLES.items()
        for name, expected in names.items()
    ],
)
def test_what_a_name_stands_for(name, expected):
    assert name not in SCALES
    assert near_miss(name, SCALES) == expected
