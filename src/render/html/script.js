"use strict";
// The page is whole without this: it only folds and filters.
const tools = document.getElementById("tools");
if (tools) {
  tools.hidden = false;
  const apps = [...document.querySelectorAll("details.app")];
  const texts = apps.map((app) => app.textContent.toLowerCase());
  const rows = [...document.querySelectorAll(".summary tbody tr")];
  const search = document.getElementById("search");
  const found = document.getElementById("found");
  search.addEventListener("input", () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    apps.forEach((app, index) => {
      app.hidden = !words.every((word) => texts[index].includes(word));
      count += app.hidden ? 0 : 1;
      if (words.length && !app.hidden && count <= 12) app.open = true;
    });
    rows.forEach((row) => {
      const link = row.querySelector("a");
      const app = link && document.getElementById(link.hash.slice(1));
      row.hidden = words.length > 0 && (!app || app.hidden);
    });
    document.querySelectorAll("main section:not(.findings)").forEach((section) => {
      section.hidden = ![...section.querySelectorAll("details.app")].some((app) => !app.hidden);
    });
    found.textContent = words.length ? `${count} of ${apps.length} apps` : "";
  });
  const fold = (open) => () => apps.forEach((app) => { app.open = open; });
  document.getElementById("unfold").addEventListener("click", fold(true));
  document.getElementById("fold").addEventListener("click", fold(false));
}
const unfoldTarget = () => {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) target.open = true;
};
addEventListener("hashchange", unfoldTarget);
unfoldTarget();
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((it) => { it.open = true; }));
