"use strict";
// Tables that sort and filter. A column is {h: heading, c: class, l: link, f: offer its values as a filter} and either
// {d: distinct texts in sorting order, i: index of each row's text, or r: runs of them} or {v: each row's text, n: 1 where they are numbers}.
(function () {
  const { data, words, make, fill } = window.page;
  const FIRST_ROWS = 25;
  const MOST_PRINTED = 200;

  function reader(column) {
    if (column.r) {
      column.i = [];
      for (let n = 0; n < column.r.length; n += 2) for (let k = 0; k < column.r[n + 1]; k++) column.i.push(column.r[n]);
    }
    if (column.d) return { text: (n) => column.d[column.i[n]], rank: (n) => column.i[n] };
    const size = (text) => (text === "" ? Infinity : Number(text.replace(/[,%]/g, "")));
    const keys = column.n ? column.v.map(size) : column.v;
    return { text: (n) => column.v[n], rank: (n) => keys[n] };
  }

  function order(a, b) {
    return a < b ? -1 : a > b ? 1 : 0;
  }

  function build(card) {
    const name = card.dataset.table;
    const table = data.tables[name];
    const columns = table.columns.map((column) => ({ ...reader(column), ...column }));
    const count = table.rows;
    const bar = make("div", { class: "bar" });
    bar.append(make("h3", { id: "t-" + name }, table.title));
    card.append(bar);
    if (table.note) card.append(make("p", { class: "note" }, table.note));
    if (!count) {
      card.append(make("p", { class: "empty" }, words.empty));
      return;
    }
    const state = { sort: -1, down: false, all: count <= FIRST_ROWS, text: "", only: new Map() };
    const shown = make("span", { class: "count", "aria-live": "polite" });
    const wrap = make("div", { class: "wrap", tabindex: "0", role: "region", "aria-labelledby": "t-" + name });
    const grid = make("table", { "aria-labelledby": "t-" + name });
    const body = make("tbody");
    grid.append(head(), body);
    const foot = table.foot.length ? make("tfoot") : null;
    if (foot) {
      const row = make("tr");
      table.foot.forEach((text, number) => row.append(make("td", { class: columns[number].c }, text)));
      foot.append(row);
      grid.append(foot);
    }
    wrap.append(grid);
    const more = make("button", { type: "button", class: "more" }, fill(words.show_all, { all: count }));
    more.addEventListener("click", () => {
      state.all = true;
      draw();
    });
    if (count > 5) bar.append(search(), ...columns.filter((column) => column.f).map(choice));
    bar.append(shown);
    card.append(wrap, more);

    function head() {
      const row = make("tr");
      columns.forEach((column, number) => {
        const th = make("th", { scope: "col", class: column.c, "data-heading": column.h });
        const button = make("button", { type: "button", title: words.sort }, column.h);
        button.addEventListener("click", () => {
          state.down = state.sort === number ? !state.down : false;
          state.sort = number;
          row.querySelectorAll("th").forEach((one) => one.removeAttribute("aria-sort"));
          th.setAttribute("aria-sort", state.down ? "descending" : "ascending");
          draw();
        });
        th.append(button);
        row.append(th);
      });
      const made = make("thead");
      made.append(row);
      return made;
    }

    function search() {
      const input = make("input", { type: "search", placeholder: words.filter_hint, "aria-label": words.filter + " " + table.title });
      input.addEventListener("input", () => {
        state.text = input.value.trim().toLowerCase();
        draw();
      });
      return input;
    }

    function choice(column) {
      const select = make("select", { "aria-label": words.filter + " " + column.h });
      select.append(make("option", { value: "" }, column.h));
      column.d.forEach((text, number) => text && select.append(make("option", { value: String(number) }, text)));
      select.addEventListener("change", () => {
        if (select.value === "") state.only.delete(column);
        else state.only.set(column, Number(select.value));
        select.classList.toggle("on", select.value !== "");
        draw();
      });
      return select;
    }

    function matching() {
      let rows = Array.from({ length: count }, (_, n) => n);
      state.only.forEach((number, column) => (rows = rows.filter((n) => column.i[n] === number)));
      if (!state.text) return rows;
      return rows.filter((n) => columns.some((column) => column.text(n).toLowerCase().includes(state.text)));
    }

    function cell(column, text) {
      const td = make("td", { class: column.c });
      if (column.l && text && window.page.known(text)) {
        const jump = make("button", { type: "button", class: "jump", title: words.on_map }, text);
        jump.addEventListener("click", () => window.page.goTo(text));
        td.append(jump);
      } else {
        td.textContent = text;
      }
      return td;
    }

    function draw() {
      const rows = matching();
      if (state.sort >= 0) {
        const rank = columns[state.sort].rank;
        rows.sort((a, b) => order(rank(a), rank(b)) * (state.down ? -1 : 1) || a - b);
      }
      const visible = state.all ? rows : rows.slice(0, FIRST_ROWS);
      body.replaceChildren(
        ...visible.map((n) => {
          const tr = make("tr", table.bad.includes(n) ? { class: "bad" } : {});
          tr.append(...columns.map((column) => cell(column, column.text(n))));
          return tr;
        })
      );
      shown.textContent = count > 5 ? fill(words.rows_shown, { shown: visible.length, all: count }) : "";
      more.hidden = visible.length === rows.length;
      if (foot) foot.hidden = rows.length < count;
    }

    // On paper a table is whole, unless it is very long and nobody asked for all of it.
    const cut = make("p", { class: "cut" }, fill(words.print_cut, { shown: FIRST_ROWS, all: count }));
    card.append(cut);
    window.page.printing.push(() => {
      state.all = state.all || count <= MOST_PRINTED;
      cut.hidden = state.all;
      draw();
    });
    draw();
  }

  window.page.build = build;
})();
