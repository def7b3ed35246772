"use strict";
(function () {
  const form = document.getElementById("filters"), shown = document.getElementById("shown");
  const said = JSON.parse(document.getElementById("told").textContent);
  const rows = [...document.querySelectorAll("#flights tbody tr")];
  function fits(row, select) {
    const value = select.value, has = row.dataset[select.dataset.column];
    return value === "" || (select.dataset.column === "area" ? JSON.parse(has).includes(value) : has === value);
  }
  form.addEventListener("change", function () {
    const selects = [...form.querySelectorAll("select")];
    let count = 0;
    for (const row of rows) {
      row.hidden = !selects.every(function (select) { return fits(row, select); });
      count += row.hidden ? 0 : 1;
    }
    shown.textContent = said.shown.replace("{count}", count).replace("{all}", rows.length);
  });
})();
