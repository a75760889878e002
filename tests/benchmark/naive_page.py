"""The dashboard's questions as they are often first answered: pandas on each run, Plotly as it comes.

What `make bench` holds the dashboard against; not part of the product. Its rates leave out what the product is for:
no quarantine, no populations, no intervals, the first visit with a response taken for onset.
"""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import plotly.express as px
import streamlit as st

FOLDER = Path(os.environ["NAIVE_CSV"])
SCALES = {"depression": "PHQ-9", "anxiety": "GAD-7", "chronic_pain": "PAIN-NRS"}

st.set_page_config(page_title="Ketamine outcomes", layout="wide")
st.title("Ketamine outcomes")
courses = pd.read_csv(FOLDER / "courses.csv")
scores = pd.read_csv(FOLDER / "scores.csv")
courses["condition"] = courses["conditions"].str.split(";").str[0]

with st.sidebar:
    condition = st.pills("Condition", list(SCALES))
    sites = st.pills("Site", sorted(courses["site"].dropna().unique()), selection_mode="multi")
    quarters = sorted(courses["quarter"].dropna().unique())
    first = st.selectbox("From", quarters)
    last = st.selectbox("To", quarters, index=len(quarters) - 1)

kept = courses[
    courses["condition"].isin([condition] if condition else SCALES) & courses["quarter"].between(first, last)
]
if sites:
    kept = kept[kept["site"].isin(sites)]

items = scores.filter(like="item_")
scores["total"] = pd.to_numeric(scores["total"], errors="coerce").fillna(items.sum(axis=1, min_count=1))
rows = scores.dropna(subset="total").merge(kept[["course_id", "condition", "quarter", "site"]], on="course_id")
rows = rows[rows["scale"] == rows["condition"].map(SCALES)].assign(day=rows["hours_from_start"] / 24)
baseline = rows[rows["day"] <= 0].sort_values("day").groupby("course_id")["total"].last().rename("baseline")
later = rows[rows["day"] > 0].merge(baseline, on="course_id")
later["change"] = (later["total"] - later["baseline"]) / later["baseline"].replace(0, np.nan)
later["responded"] = later["change"] <= -0.5

window = later[later["day"].between(21, 60)].sort_values("day").groupby("course_id").first()
rates = window.groupby(["condition", "quarter"])["responded"].agg(["mean", "count"]).reset_index()

last_seen = later.groupby(["condition", "course_id"])["day"].max()
first_response = later[later["responded"]].groupby(["condition", "course_id"])["day"].min()
times = pd.DataFrame({"seen": last_seen, "response": first_response}).reset_index()
curves = []
for name, group in times.groupby("condition"):
    time = np.ceil(group["response"].fillna(group["seen"]))
    survival = 1.0
    for day in sorted(time[group["response"].notna()].unique()):
        survival *= 1 - ((time == day) & group["response"].notna()).sum() / (time >= day).sum()
        curves.append({"condition": name, "day": day, "responded": 1 - survival})
curve = pd.DataFrame(curves, columns=["condition", "day", "responded"])

columns = st.columns(len(SCALES))
for column, (name, group) in zip(columns, window.groupby("condition"), strict=False):
    column.metric(f"{name}: responded", f"{group['responded'].mean():.0%}", f"n = {len(group)}")
st.plotly_chart(px.bar(rates, x="quarter", y="mean", color="condition", barmode="group", hover_data=["count"]))
left, right = st.columns(2)
left.plotly_chart(px.line(curve, x="day", y="responded", color="condition", title="Time to first response"))
right.plotly_chart(px.histogram(window, x="change", color="condition", barmode="overlay", title="Change from baseline"))
st.dataframe(window.reset_index()[["course_id", "condition", "site", "quarter", "baseline", "total", "change"]])
