// A room: what the server says one may see, shown as it changes; orders sent and answered.

const make = (name, text = "", attributes = {}) => {
  const node = document.createElement(name);
  node.textContent = text;
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
};

const fill = (id, ...nodes) => {
  const place = document.getElementById(id);
  if (place) place.replaceChildren(...nodes);
  return place;
};

const per_cent = (share) => `${Math.round(100 * share)} %`;

const room = document.getElementById("room");
if (room) {
  const words = JSON.parse(room.dataset.words);
  const at = room.dataset.at;
  const kind = room.dataset.kind;
  let seen = -1;
  let question = "";
  let shownFor = "";
  let until = null;

  const say = (text) => {
    const status = fill("status", text);
    status.hidden = text === "";
  };

  const send = async (where, fields) => {
    const answer = await fetch(`${at}/${where}`, { method: "POST", body: new URLSearchParams(fields) });
    if (!answer.ok) say(await answer.text());
    return answer.ok;
  };

  const clock = () => {
    const left = until === null ? null : Math.max(0, Math.round((until - Date.now()) / 1000));
    const parts = [room.dataset.period ?? ""];
    if (left !== null) parts.push(`${left} ${words.time_left}`);
    fill("clock", parts.filter(Boolean).join(" · "));
  };
  setInterval(clock, 1000);

  const places = (list) =>
    fill("places", ...list.map((place) => {
      const item = make("li", `${place.name}: ${place.holder} ${per_cent(place.control)} `);
      item.append(make("meter", "", { min: 0, max: 1, value: place.control, "aria-label": place.name }));
      return item;
    }));

  // the latest period first, each told from its beginning
  const story = (lines) => {
    const periods = [];
    for (const line of lines) {
      if (periods.length === 0 || line.kind === "when" || line.kind === "fold") periods.push([]);
      periods.at(-1).push(make("li", line.text, { class: line.kind }));
    }
    return fill("story", ...periods.reverse().flat());
  };

  const role = (own) => {
    if (!own) return fill("role");
    const nodes = [make("h2", `${words.your_role}: ${own.name}`)];
    const think = Object.entries(own.others_think).map(([name, p]) => `${name} ${per_cent(p)}`);
    nodes.push(make("p", `${words.your_type} ${own.type}. ${words.others_think}: ${think.join(", ")}.`));
    const list = make("ul");
    for (const [treaty, meant] of Object.entries(own.means_it)) {
      list.append(make("li", `${meant ? words.you_mean : words.you_do_not_mean} ${treaty}.`));
    }
    for (const place of own.stakes) {
      list.append(make("li", `${words.you_care}: ${place.name}, ${place.stake}.`));
    }
    for (const treaty of own.treaties) {
      if (treaty.owes) list.append(make("li", `${words.you_owe} ${treaty.name}.`));
      if (treaty.is_owed) list.append(make("li", `${words.you_are_owed} ${treaty.name}.`));
    }
    nodes.push(list);
    return fill("role", ...nodes);
  };

  const ask = (told) => {
    const asked = told.asked;
    const name = JSON.stringify([told.number, asked, told.paused]);
    if (name === question) return;
    question = name;
    if (!asked || told.paused || told.ended) {
      fill("asked", make("p", told.ended ? "" : words.nobody_asked));
      return;
    }
    if (kind === "hot" && shownFor !== name) {
      const button = make("button", words.ready);
      button.addEventListener("click", () => { shownFor = name; question = ""; ask(told); role(told.role); });
      fill("asked", make("h2", `${words.pass_to} ${told.role.name}`), button);
      fill("role");
      return;
    }
    const form = make("form", "", { class: "ask" });
    form.append(make("h2", `${words.asked}: ${asked.place}`));
    if (asked.rung) form.append(make("p", `${words.stands_at} ${asked.rung}.`));
    form.append(make("p", `${words.on_side_challenger} ${asked.challenger_side.join(", ") || asked.challenger}. ` +
      `${words.on_side_holder} ${asked.holder_side.join(", ") || asked.holder}.`));
    if (asked.recognised.length) form.append(make("p", `${words.recognised_now} ${asked.recognised.join(", ")}.`));
    for (const about of asked.beliefs) {
      const types = Object.entries(about.types).map(([type, p]) => `${type} ${per_cent(p)}`);
      form.append(make("p", `${about.state}: ${types.join(", ")}`, { class: "small" }));
    }
    const set = make("fieldset");
    set.append(make("legend", words.asked));
    for (const option of asked.options) {
      const label = make("label");
      label.append(make("input", "", { type: "radio", name: "option", value: option.key, required: "" }));
      label.append(make("strong", ` ${option.text} `), make("span", option.meaning, { class: "small" }));
      set.append(label);
    }
    form.append(set);
    const why = make("label", `${words.why_line} `);
    why.append(make("input", "", { name: "reason", maxlength: "200", autocomplete: "off" }));
    form.append(why, expectation(), make("button", words.send));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const fields = Object.fromEntries(new FormData(form));
      if (await send("choose", { ...fields, number: told.number })) say(words.sent);
    });
    fill("asked", form);
  };

  const expectation = () => {
    const label = make("label", `${words.expects} `);
    label.append(make("input", "", { name: "expects", maxlength: "200", autocomplete: "off" }));
    return label;
  };

  const selection = (name, options, chosen, label) => {
    const select = make("select", "", { name, "aria-label": label });
    for (const [value, text] of options) {
      const option = make("option", text, { value });
      option.selected = value === chosen;
      select.append(option);
    }
    return select;
  };

  const line = (place, one, rungs) => {
    const asks = words[`order_${one.kind}`];
    const item = make("div", "", { class: "order", "data-line": one.key });
    const named = ([choice, text]) => [choice, words[`do_${choice}`] ?? text];
    const choices = [["", words.no_order], ...one.choices.map(named)];
    item.append(make("span", asks), selection("choice", choices, one.choice, `${place}: ${asks}`));
    if (one.bounded) {
      const bounds = [["", words.any_rung], ...Object.entries(rungs)];
      item.append(make("span", words.up_to),
        selection("up_to", bounds, one.up_to, `${place}: ${asks}: ${words.up_to}`));
    }
    item.append(make("input", "", {
      name: "reason", maxlength: "200", autocomplete: "off", value: one.reason,
      placeholder: words.reason, "aria-label": `${place}: ${asks}: ${words.reason}`,
    }));
    return item;
  };

  // built anew only when something else can be written, so that nothing typed is lost
  let sheetFor = "";
  const sheet = (told) => {
    const own = told.sheet;
    const name = JSON.stringify([own !== null, told.at_once && told.turn, told.phase]);
    if (told.at_once && document.getElementById("done")) {
      fill("done", ...(own?.ready ? [make("p", words.is_ready)] : []));
    }
    if (name === sheetFor) return;
    sheetFor = name;
    if (!own) { fill("sheet"); return; }
    const form = make("form", "", { class: "sheet" });
    if (told.at_once) {
      form.append(make("h2", words[`phase_${told.phase}`]), make("p", words.phase_text, { class: "small" }));
    }
    if (told.phase === "signal") {
      const says = make("label", `${words.says} `);
      says.append(make("input", "", { name: "says", maxlength: "200", autocomplete: "off" }));
      form.append(says);
    }
    for (const place of own.places) {
      const set = make("fieldset");
      set.append(make("legend", place.name), ...place.lines.map((one) => line(place.name, one, own.rungs)));
      form.append(set);
    }
    if (own.pays.length) {
      const set = make("fieldset");
      set.append(make("legend", words.pays));
      const shares = [0, 0.25, 0.5, 0.75, 1].map((share) => [String(share), per_cent(share)]);
      for (const one of own.pays) {
        const item = make("div", "", { class: "order", "data-pays": one.key });
        const options = [["", `${per_cent(one.share)}`], ...shares];
        item.append(make("span", one.name), selection("share", options, "", one.name));
        set.append(item);
      }
      form.append(set);
    }
    if (told.at_once && told.phase === "act") form.append(expectation());
    form.append(make("button", told.at_once ? words.done : words.keep_orders), make("div", "", { id: "done", role: "status" }));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const lines = {}, pays = {};
      for (const item of form.querySelectorAll("[data-line]")) {
        const of = (field) => item.querySelector(`[name=${field}]`)?.value ?? "";
        if (of("choice")) {
          lines[item.dataset.line] = { choice: of("choice"), up_to: of("up_to"), reason: of("reason") };
        }
      }
      for (const item of form.querySelectorAll("[data-pays]")) {
        const share = item.querySelector("select").value;
        if (share) pays[item.dataset.pays] = Number(share);
      }
      const of = (field) => form.querySelector(`:scope > label [name=${field}]`)?.value ?? "";
      const fields = {
        turn: told.turn, phase: told.phase, sheet: JSON.stringify(lines), pays: JSON.stringify(pays),
        says: of("says"), expects: of("expects"),
      };
      if (await send("order", fields)) fill("done", make("p", told.at_once ? words.is_ready : words.sent));
    });
    fill("sheet", form);
  };

  const said = (list) => {
    const place = fill("said", make("h2", words.said), ...list.map((one) => {
      const item = make("p");
      item.append(make("strong", one.state), ` (${one.period}): ${one.text}`);
      return item;
    }));
    place.hidden = list.length === 0;
  };

  const teacher = (told) => {
    const named = Object.fromEntries(told.seats.map((seat) => [seat.state, seat.name]));
    fill("people", ...told.members.map(([name, seat]) => make("li", `${name}: ${named[seat] ?? words.hot_page}`)));
    const waits = told.waits_for;
    const ready = !told.begun && !told.over ? words.to_begin : told.ready.length ? `${words.are_ready} ${told.ready.join(", ")}.` : words.nobody_ready;
    if (told.at_once) fill("waits", `${words[`phase_${told.phase}`]}. ${ready}`);
    else fill("waits", waits ? `${words.teacher_waits} ${waits.state} (${waits.kind}).` : words.teacher_idle);
    if (told.hot) fill("hot", make("a", words.hot_page, { href: `/rooms/${told.code}/${told.hot}` }));
  };

  const show = (told) => {
    seen = told.version;
    room.dataset.version = told.version;
    room.dataset.phase = told.phase;
    room.dataset.period = `${words.turn} ${told.turn} ${words.of_turns} ${told.turns}, ${told.period}`;
    until = told.seconds === null ? null : Date.now() + 1000 * told.seconds;
    clock();
    say("");
    if (told.ended) {
      say(words.has_ended + " ");
      document.getElementById("status").append(make("a", words.to_debrief, { href: `${at}/debrief` }));
    } else if (told.paused) say(words.paused);
    places(told.places);
    story(told.story);
    said(told.said);
    if (kind === "teacher") teacher(told);
    if (kind === "seat") sheet(told);
    if (kind === "seat" || kind === "hot") {
      if (kind === "seat") role(told.role);
      if (!told.at_once) ask(told);
    }
  };

  for (const button of room.querySelectorAll("[data-do]")) {
    button.addEventListener("click", () => {
      if (button.dataset.sure && !confirm(button.dataset.sure)) return;
      send("control", { what: button.dataset.do, turns: button.dataset.turns ?? "1" });
    });
  }
  for (const form of room.querySelectorAll("form[data-send]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (await send(form.dataset.send, Object.fromEntries(new FormData(form)))) form.reset();
    });
  }

  const follow = async () => {
    for (;;) {
      try {
        const answer = await fetch(`${at}/now?seen=${seen < 0 ? "" : seen}`);
        if (answer.ok) show(await answer.json());
        else { say(await answer.text()); await new Promise((go) => setTimeout(go, 5000)); }
      } catch {
        say(words.lost_touch);
        await new Promise((go) => setTimeout(go, 1500));
      }
    }
  };
  follow();
}

const paths = document.getElementById("paths");
if (paths) {
  const words = JSON.parse(paths.dataset.words);
  const number = (value) => (typeof value === "number" ? String(Number(value.toPrecision(3))) : value ?? "");
  const draw = (told) => {
    const table = make("table");
    const head = make("tr");
    for (const name of ["measure", "your_path", "lowest_tenth", "median", "highest_tenth", "lower_share"]) {
      head.append(make("th", words[name], { scope: "col" }));
    }
    const top = make("thead");
    top.append(head);
    const body = make("tbody");
    for (const row of told.outcomes) {
      const line = make("tr");
      line.append(make("th", row.name, { scope: "row", title: row.meaning }));
      for (const value of [row.class ?? words.not_over, row.low, row.median, row.high]) line.append(make("td", number(value)));
      line.append(make("td", row.lower === null ? words.not_over : per_cent(row.lower)));
      body.append(line);
    }
    table.append(top, body);
    const wide = 720, tall = 180, space = "http://www.w3.org/2000/svg";
    const picture = document.createElementNS(space, "svg");
    picture.setAttribute("viewBox", `0 0 ${wide} ${tall}`);
    picture.setAttribute("role", "img");
    picture.setAttribute("aria-label", words.risk_by_turn);
    const most = Math.max(0.05, ...told.risk.map((r) => Math.max(r.high, r.class ?? 0)));
    const x = (turn) => 10 + (wide - 20) * turn / Math.max(1, told.risk.length - 1);
    const y = (value) => tall - 10 - (tall - 20) * value / most;
    const add = (name, attributes) => {
      const node = document.createElementNS(space, name);
      for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
      picture.append(node);
    };
    const band = [
      ...told.risk.map((r) => `${x(r.turn)},${y(r.high)}`),
      ...told.risk.slice().reverse().map((r) => `${x(r.turn)},${y(r.low)}`),
    ];
    add("polygon", { points: band.join(" "), class: "band" });
    add("polyline", { points: told.risk.map((r) => `${x(r.turn)},${y(r.median)}`).join(" "), class: "middle" });
    const own = told.risk.filter((r) => r.class !== null);
    add("polyline", { points: own.map((r) => `${x(r.turn)},${y(r.class)}`).join(" "), class: "mine" });
    const note = document.createElementNS(space, "text");
    note.setAttribute("x", 12);
    note.setAttribute("y", 22);
    note.textContent = number(most);
    picture.append(note);
    fill("compared", table, make("p", words.risk_by_turn), picture);
  };
  paths.addEventListener("submit", async (event) => {
    event.preventDefault();
    fill("status", words.playing);
    const turn = new FormData(paths).get("turn");
    const answer = await fetch(`${paths.dataset.at}?turn=${encodeURIComponent(turn)}`);
    fill("status", answer.ok ? "" : await answer.text());
    if (answer.ok) draw(await answer.json());
  });
}
