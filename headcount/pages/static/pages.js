// Where no server sorts, searches and writes CSV: tables that stand whole in the page. Pages can be read without it.
"use strict";
const textOf = (cell) => cell.dataset.sort || cell.textContent.trim();
const valueOf = (text) => {
  const number = text.replace(/[,+ ]/g, "").replace("−", "-");
  return /^-?\d/.test(number) ? parseFloat(number) : null;
};
// `20 Oct 2026` and `20 Oct 2026, 18:23 UTC`, as pages spell them.
const spelledDay = /^(\d{1,2} [A-Z][a-z]{2} \d{4})(?:, (\d\d:\d\d)(?: UTC)?)?(?: \(.*\))?$/;
const day = (text) => {
  const [, on, at] = spelledDay.exec(text) || [];
  return on ? Date.parse(`${on} ${at || "00:00"} UTC`) : null;
};
// In a CSV a day is one that every program reads.
const plain = (text) => {
  const at = day(text);
  return at === null ? text.replace(/^–$/, "") : new Date(at).toISOString().slice(0, text.includes(",") ? 16 : 10) + (text.includes(",") ? "Z" : "");
};
const sortBy = (table, column, header) => {
  const down = header.getAttribute("aria-sort") === "ascending";
  const rank = (row) => {
    const text = textOf(row.cells[column]);
    return day(text) ?? (header.classList.contains("num") ? valueOf(text) : null) ?? text;
  };
  const compare = (a, b) => (typeof a === typeof b ? (a < b ? -1 : a > b ? 1 : 0) : typeof a === "number" ? -1 : 1);
  for (const body of table.tBodies) {
    const rows = [...body.rows].filter((row) => row.cells.length > 1);
    rows.map((row) => [rank(row), row]).sort((a, b) => compare(a[0], b[0]) * (down ? -1 : 1)).forEach(([, row]) => body.append(row));
  }
  table.querySelectorAll("thead th").forEach((th) => th.removeAttribute("aria-sort"));
  header.setAttribute("aria-sort", down ? "descending" : "ascending");
};
const csvOf = (table) => {
  const field = (text) => (/[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
  const safe = (text) => (/^[=+@\t-]/.test(text) && !/^[+-]?[\d.,]+$/.test(text) ? "'" + text : text);
  const written = (cells) => cells.map((text) => field(safe(text.trim().replace("−", "-")))).join(",");
  // A column of links says nothing by itself.
  const links = new Set([...table.tHead.rows[0].cells].flatMap((cell, column) => ("links" in cell.dataset ? [column] : [])));
  let group = "";
  const lines = [...table.rows].map((row) => {
    const cells = [...row.cells].filter((cell, column) => !links.has(column)).map((cell) => plain(cell.textContent.trim()));
    if (cells.length > 1 || row.cells[0].colSpan < 2) return written(row.closest("thead") || !group ? cells : [group, ...cells]);
    group = cells[0];
    return null;
  });
  if (group) lines[0] = "group," + lines[0];
  return lines.filter((line) => line !== null).join("\r\n") + "\r\n";
};
document.querySelectorAll("table[data-enhance]").forEach((table) => {
  table.querySelectorAll("thead th").forEach((header, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => sortBy(table, column, header));
  });
  if (location.protocol !== "file:") return;
  const link = document.createElement("button");
  link.type = "button";
  link.className = "noprint";
  link.textContent = "CSV of this table";
  link.addEventListener("click", () => {
    const saved = document.createElement("a");
    saved.href = URL.createObjectURL(new Blob([csvOf(table)], {type: "text/csv"}));
    saved.download = `${table.dataset.name}.csv`;
    saved.click();
  });
  (table.closest(".table-wide") || table).after(link);
});
// What is searched for stands after # in the address, so that a link or a reload keeps it.
const search = document.querySelector("[data-filter]");
if (search) {
  const apply = () => {
    const wanted = search.value.trim().toLowerCase();
    document.querySelectorAll("table[data-enhance] tbody tr").forEach((row) => {
      row.hidden = wanted !== "" && row.cells.length > 1 && !row.textContent.toLowerCase().includes(wanted);
    });
  };
  if (location.hash.startsWith("#q=")) search.value = decodeURIComponent(location.hash.slice(3));
  search.addEventListener("input", () => {
    apply();
    location.replace("#" + (search.value ? "q=" + encodeURIComponent(search.value) : ""));
  });
  apply();
}
document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => print()));
// On paper nothing can be opened any more.
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((part) => (part.open = true)));
