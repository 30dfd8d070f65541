// In which order the search names pages: those called like it first, the decisions, which speak of everything, last.
// `score` is asked by Sphinx for each result; the other numbers are its own.
var Scorer = {
  score: ([page, title, , , score]) => {
    const asked = (new URLSearchParams(location.search).get("q") || "").trim().toLowerCase();
    return score + (asked && title.toLowerCase().includes(asked) ? 40 : 0) - (page === "decisions" ? 40 : 0);
  },
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
