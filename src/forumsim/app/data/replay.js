"use strict";
// The player of one recorded run. All names come from the scenario of a user: they are only ever set as text.
(() => {
  const run = JSON.parse(document.getElementById("run").textContent);
  const at = (id) => document.getElementById(id);
  const SPACE = at("scene").namespaceURI;  // of SVG
  const draw = (tag, given, parent, text) => {
    const element = document.createElementNS(SPACE, tag);
    for (const [name, value] of Object.entries(given || {})) element.setAttribute(name, value);
    if (text !== undefined) element.textContent = text;
    if (parent) parent.append(element);
    return element;
  };
  const make = (tag, parent, text, given) => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    for (const [name, value] of Object.entries(given || {})) element.setAttribute(name, value);
    if (parent) parent.append(element);
    return element;
  };
  const last = run.last, issues = run.issues, count = run.actors.names.length;
  const state = { step: 0, picked: null, playing: 0, wide: 0, still: true };

  // --- what is so at a step --------------------------------------------------------------------------------------

  /** The last entry of a list of changes [step, value] that is not after a step. */
  const latest = (changes, step) => {
    let low = 0, high = changes.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (changes[middle][0] <= step) low = middle; else high = middle - 1;
    }
    return changes[low][1];
  };
  /** The span of a forum's life that holds a step, or none. */
  const living = (forum, step) => forum.life.find(([first, end]) => first <= step && step <= end);
  const members = (forum, step) => forum.stays.filter(([first, end]) => first <= step && step <= end).map((stay) => stay[2]);
  const power = (step) => latest(run.power, step);
  /** Position of an actor on an issue, 0 to 1; between the steps that are kept, on a straight line. */
  const position = (actor, issue, step) => {
    const place = step / run.positions.every, low = Math.floor(place), rows = run.positions.rows;
    const one = rows[low], other = rows[Math.min(low + 1, rows.length - 1)], k = actor * issues.length + issue;
    return (one[k] + (other[k] - one[k]) * (place - low)) / 1000;
  };

  // --- looks -----------------------------------------------------------------------------------------------------

  const colour = (k) => { const c = run.looks[k % run.looks.length][0]; return c === "#000000" ? "var(--ink)" : c; };
  const blocColour = (bloc) => (bloc < 0 ? "var(--plain)" : colour(bloc));
  const polygon = (corners, r, turn) => {
    const points = [];
    for (let k = 0; k < corners; k += 1) {
      const angle = turn + (2 * Math.PI * k) / corners;
      points.push(`${(r * Math.sin(angle)).toFixed(2)} ${(-r * Math.cos(angle)).toFixed(2)}`);
    }
    return `M${points.join("L")}Z`;
  };
  const circle = (r) => `M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
  const cross = (r, turn) => {
    const a = r, b = r / 2.6, c = Math.cos(turn), s = Math.sin(turn);
    const points = [[-b, -a], [b, -a], [b, -b], [a, -b], [a, b], [b, b], [b, a], [-b, a], [-b, b], [-a, b], [-a, -b], [-b, -b]];
    return `M${points.map(([x, y]) => `${(x * c - y * s).toFixed(2)} ${(x * s + y * c).toFixed(2)}`).join("L")}Z`;
  };
  const SHAPES = {
    o: circle, s: (r) => polygon(4, 1.25 * r, Math.PI / 4), "^": (r) => polygon(3, 1.35 * r, 0), D: (r) => polygon(4, 1.25 * r, 0),
    v: (r) => polygon(3, 1.35 * r, Math.PI), P: (r) => cross(1.15 * r, 0), X: (r) => cross(1.15 * r, Math.PI / 4), h: (r) => polygon(6, 1.1 * r, 0),
  };
  const shape = (actor, r) => {
    const bloc = run.actors.bloc[actor];
    if (!run.actors.state[actor]) return cross(0.9 * r, 0);
    return bloc < 0 ? circle(r) : (SHAPES[run.looks[bloc % run.looks.length][1]] || circle)(r);
  };
  const radius = (weight) => Math.sqrt(9 + 900 * weight / 10000);

  // --- the scene: positions or a map -----------------------------------------------------------------------------

  const scene = at("scene"), marks = [], badges = [], labels = [];
  let plane = null;

  const choose = (kind, number) => {
    const same = state.picked && state.picked.kind === kind && state.picked.number === number;
    state.picked = same || kind === null ? null : { kind, number };
    show();
  };
  const reading = (actor) => {
    const bloc = run.actors.bloc[actor];
    return `${run.actors.names[actor]} (${bloc < 0 ? "no bloc" : run.blocs[bloc]})`;
  };

  const axes = (width) => {
    const size = Math.max(220, Math.min(width, 560)), height = Math.min(size, 440), left = 44, top = 10, foot = 40;
    plane = { left, top, width: width - left - 12, height: height - top - foot };
    scene.setAttribute("viewBox", `0 0 ${width} ${height}`);
    scene.setAttribute("height", height);
    const { width: w, height: h } = plane;
    draw("rect", { x: left, y: top, width: w, height: h, class: "grid" }, scene);
    for (const tick of [0, 0.5, 1]) {
      draw("text", { x: left + tick * w, y: top + h + 14, "text-anchor": "middle", class: "soft" }, scene, String(tick));
      if (up() >= 0) draw("text", { x: left - 4, y: top + (1 - tick) * h + 4, "text-anchor": "end", class: "soft" }, scene, String(tick));
    }
    const label = (given, k, room) => {
      const words = draw("text", { ...given, "text-anchor": "middle" }, scene, `${issues[k].label} →`);
      for (let text = issues[k].label; text.length > 3 && words.getComputedTextLength() > room;) {
        text = text.slice(0, -1);
        words.textContent = `${text.trimEnd()}… →`;
      }
    };
    label({ x: left + w / 2, y: top + h + 32 }, across(), w);
    if (up() >= 0) label({ transform: `translate(12 ${top + h / 2}) rotate(-90)` }, up(), h);
  };
  const across = () => Number(at("across").value), up = () => Number(at("up").value);
  /** Where an actor stands up the plane; with one issue, in the lane of its bloc. */
  const height = (actor, step) => {
    if (up() >= 0) return position(actor, up(), step);
    const lanes = run.blocs.length + 1, lane = run.actors.bloc[actor] < 0 ? run.blocs.length : run.actors.bloc[actor];
    return 1 - (lane + 0.5 + 0.7 * (((actor * 0.618) % 1) - 0.5)) / lanes;
  };
  const place = (x, y) => [plane.left + x * plane.width, plane.top + (1 - y) * plane.height];
  const pickable = (element, kind, number) => element.addEventListener("click", () => choose(kind, number));

  const build = () => {
    state.wide = Math.max(260, Math.round(at("picture").clientWidth - 26));
    scene.replaceChildren();
    state.still = true;  // what is drawn anew stands at its place at once
    marks.length = badges.length = labels.length = 0;
    const map = at("view").value === "map";
    for (const id of ["across-label", "up-label"]) at(id).hidden = map;
    if (map) return buildMap();
    axes(state.wide);
    const order = [...Array(count).keys()].sort((a, b) => power(0)[b] - power(0)[a]);
    for (const actor of order) {
      const mark = draw("path", { class: "actor" }, scene);
      mark.style.setProperty("--c", blocColour(run.actors.bloc[actor]));
      draw("title", {}, mark, reading(actor));
      pickable(mark, "actor", actor);
      marks[actor] = mark;
    }
    run.forums.forEach((forum, number) => {
      const badge = draw("g", { class: "forum" }, scene);
      draw("rect", { x: -10, y: -8, width: 20, height: 16, rx: 3 }, badge);
      draw("text", { y: 4 }, badge, String(forum.number));
      draw("title", {}, badge, `${forum.number}. ${forum.name}`);
      pickable(badge, "forum", number);
      badges[number] = badge;
    });
    for (const actor of order.filter((k) => run.actors.major[k]).slice(0, 8)) {
      const label = draw("text", { class: "halo", "text-anchor": "middle" }, scene, run.actors.names[actor]);
      label.style.pointerEvents = "none";
      labels.push([actor, label]);
    }
  };
  const buildMap = () => {
    const [w, h] = run.size, scale = state.wide / w;
    scene.setAttribute("viewBox", `0 0 ${w} ${h}`);
    scene.setAttribute("height", Math.round(h * scale));
    const ground = draw("g", { transform: "scale(.5)" }, scene);
    for (const [actor, kind, d] of run.map) {
      const land = kind === "land";
      const [x, y] = land ? [] : d.split(",").map(Number);
      const piece = land ? draw("path", { d }, ground) : draw("circle", { cx: x, cy: y, r: 3.2 / Math.max(scale, 0.4) }, scene);
      piece.setAttribute("class", actor < 0 ? "land bare" : "land");
      if (actor < 0) continue;
      piece.style.setProperty("--c", blocColour(run.actors.bloc[actor]));
      draw("title", {}, piece, reading(actor));
      pickable(piece, "actor", actor);
      (marks[actor] = marks[actor] || []).push(piece);
    }
  };

  /** The actors that are set off by what is chosen; none: all are shown alike. */
  const chosenActors = () => {
    const { step, picked } = state;
    if (!picked) return null;
    if (picked.kind === "forum") return new Set(members(run.forums[picked.number], step));
    return new Set([picked.number]);
  };
  /** Badges that would cover each other move to the nearest free place, on rings around their own. */
  const spread = (boxes) => {
    const held = [], { left, top, width: wide, height: tall } = plane;
    for (const box of boxes) {
      let best = null;
      for (let ring = 0; ring < 12 && !best; ring += 1) {
        for (let k = 0; k < Math.max(1, 8 * ring) && !best; k += 1) {
          const angle = (2 * Math.PI * k) / Math.max(1, 8 * ring);
          const x = box.x + 11 * ring * Math.cos(angle), y = box.y + 9 * ring * Math.sin(angle);
          if (x < left + 11 || x > left + wide - 11 || y < top + 9 || y > top + tall - 9) continue;
          if (held.every((other) => Math.abs(other.x - x) >= 22 || Math.abs(other.y - y) >= 18)) best = { x, y };
        }
      }
      Object.assign(box, best);
      held.push(box);
    }
  };
  const move = () => {
    const { step, picked } = state, inside = chosenActors();
    scene.setAttribute("class", `${inside ? "picked" : ""} ${state.still ? "still" : ""}`);
    if (at("view").value === "map") {
      marks.forEach((pieces, actor) => pieces.forEach((piece) => piece.setAttribute("class", inside && inside.has(actor) ? "land in" : "land")));
      return;
    }
    const weights = power(step);
    for (let actor = 0; actor < count; actor += 1) {
      const [x, y] = place(position(actor, across(), step), height(actor, step)), mark = marks[actor];
      mark.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
      const size = shape(actor, radius(weights[actor]));
      if (mark.getAttribute("d") !== size) mark.setAttribute("d", size);
      mark.setAttribute("class", inside && inside.has(actor) ? "actor in" : "actor");
    }
    const boxes = [];
    run.forums.forEach((forum, number) => {
      const span = living(forum, step), badge = badges[number], charter = span && latest(forum.charter, step);
      const axis = up() >= 0 ? [across(), up()] : [across()];
      const there = Boolean(span) && axis.some((k) => charter[k] !== null);
      badge.style.display = there ? "" : "none";
      if (!there) return;
      const on = Boolean(picked) && picked.kind === "forum" && picked.number === number;
      badge.setAttribute("class", `forum${span[2] ? " asleep" : ""}${on ? " on" : ""}`);
      const mean = (k) => {  // of the members, where the forum does not cover the issue
        const held = members(forum, step);
        const total = held.reduce((sum, i) => sum + weights[i] + 1, 0);
        return total ? held.reduce((sum, i) => sum + (weights[i] + 1) * position(i, k, step), 0) / total : 0.5;
      };
      const [x, y] = place(...[across(), up()].map((k) => (k < 0 ? 0.97 : charter[k] === null ? mean(k) : charter[k] / 1000)));
      boxes.push({ x: Math.min(Math.max(x, plane.left + 11), plane.left + plane.width - 11), y: Math.min(Math.max(y, plane.top + 9), plane.top + plane.height - 9), badge });
    });
    spread(boxes);
    for (const { x, y, badge } of boxes) badge.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
    for (const [actor, label] of labels) {
      const [x, y] = place(position(actor, across(), step), height(actor, step));
      const r = radius(weights[actor]), half = 3.4 * label.textContent.length;
      const middle = Math.min(Math.max(x, plane.left + half), plane.left + plane.width - half);
      const free = [y - r - 4, y + r + 14, y - r - 18, y + r + 28].find((base) =>
        boxes.every((box) => Math.abs(box.x - middle) > half + 11 || Math.abs(box.y - (base - 4)) > 15));
      label.setAttribute("x", middle.toFixed(1));
      label.setAttribute("y", (free === undefined ? y - r - 4 : free).toFixed(1));
    }
  };

  // --- curves ----------------------------------------------------------------------------------------------------

  const chart = at("chart"), scopes = [...issues.map((issue) => issue.label), "All issues"];
  const look = (k) => (k === issues.length ? ["var(--ink)", "", ""] : [colour(k), "", run.looks[k % run.looks.length][2]]);
  let frame = null;
  const buildChart = () => {
    const width = Math.max(260, Math.round(at("curves").clientWidth - 26)), tall = 210;
    frame = { left: 30, top: 8, width: width - 40, height: tall - 36 };
    chart.replaceChildren();
    chart.setAttribute("viewBox", `0 0 ${width} ${tall}`);
    chart.setAttribute("height", tall);
    for (const tick of [0, 0.5, 1]) {
      const y = frame.top + (1 - tick) * frame.height;
      draw("line", { x1: frame.left, x2: frame.left + frame.width, y1: y, y2: y, class: "grid" }, chart);
      draw("text", { x: frame.left - 5, y: y + 4, "text-anchor": "end", class: "soft" }, chart, String(tick));
    }
    for (const [step, anchor] of [[0, "start"], [last, "end"]]) {
      draw("text", { x: frame.left + (last ? step / last : 0) * frame.width, y: tall - 8, "text-anchor": anchor, class: "soft" }, chart, run.dates[step]);
    }
    run.courses[at("measure").value].forEach((course, k) => {
      let path = "", pen = "M";
      course.forEach((value, step) => {
        if (value === null) { pen = "M"; return; }
        path += `${pen}${(frame.left + (last ? step / last : 0) * frame.width).toFixed(1)} ${(frame.top + (1 - value / 1000) * frame.height).toFixed(1)}`;
        pen = "L";
      });
      const [ink, , dash] = look(k), line = draw("path", { d: path, class: "course" }, chart);
      line.style.setProperty("--c", ink);
      if (dash) line.setAttribute("stroke-dasharray", dash);
      if (k === issues.length) line.setAttribute("stroke-width", 3);
    });
    draw("line", { id: "marker", y1: frame.top, y2: frame.top + frame.height }, chart);
    const legend = at("lines");
    legend.replaceChildren();
    scopes.forEach((name, k) => {
      const entry = make("span", legend), sign = draw("svg", { viewBox: "0 0 30 14", "aria-hidden": "true" }, entry);
      const [ink, , dash] = look(k), line = draw("path", { d: "M1 7H29", class: "course" }, sign);
      line.style.setProperty("--c", ink);
      if (dash) line.setAttribute("stroke-dasharray", dash);
      make("span", entry, "", { "data-value": k });
    });
  };
  const markTime = () => {
    const x = frame.left + (last ? state.step / last : 0) * frame.width, marker = at("marker");
    marker.setAttribute("x1", x);
    marker.setAttribute("x2", x);
    const courses = run.courses[at("measure").value];
    const told = scopes.map((name, k) => `${name} ${courses[k][state.step] === null ? "none" : (courses[k][state.step] / 1000).toFixed(2)}`);
    document.querySelectorAll("[data-value]").forEach((entry, k) => { entry.textContent = told[k]; });
    const ends = run.verdict.map(([found, tendency], k) => `${scopes[k]}: ${found}, ${tendency}`).join("; ");
    at("chart-words").textContent = `0: all attention is shared, 1: none. The line marks ${run.dates[state.step]}. How the run ends: ${ends}.`;
  };
  chart.addEventListener("pointerdown", (event) => { chart.setPointerCapture(event.pointerId); scrub(event); });
  chart.addEventListener("pointermove", (event) => { if (event.buttons) scrub(event); });
  const scrub = (event) => {
    const box = chart.getBoundingClientRect(), x = ((event.clientX - box.left) / box.width) * (frame.width + 40);
    pause();
    go(Math.round(((x - frame.left) / frame.width) * last));
  };

  // --- words -----------------------------------------------------------------------------------------------------

  const byBloc = (inside) => {
    const found = new Map();
    for (const actor of inside) {
      const bloc = run.actors.bloc[actor], name = bloc < 0 ? "No bloc" : run.blocs[bloc];
      found.set(name, [...(found.get(name) || []), actor]);
    }
    return [...found].sort((a, b) => b[1].length - a[1].length);
  };
  const rows = run.forums.map((forum, number) => {
    const row = make("button", at("list"), undefined, { type: "button", "aria-pressed": "false" });
    make("b", row, String(forum.number));
    const words = make("span", row, forum.name), told = make("i", words);
    row.addEventListener("click", () => choose("forum", number));
    return { row, told };
  });
  const listForums = () => {
    const { step, picked } = state, weights = power(step);
    let live = 0;
    run.forums.forEach((forum, number) => {
      const span = living(forum, step), { row, told } = rows[number];
      const on = Boolean(picked) && picked.kind === "forum" && picked.number === number;
      row.hidden = !span && !on;
      row.style.display = row.hidden ? "none" : "";
      row.setAttribute("aria-pressed", String(on));
      if (!span) { told.textContent = step < forum.life[0][0] ? "not yet" : "ended"; return; }
      live += 1;
      const held = members(forum, step), reach = held.reduce((sum, i) => sum + weights[i], 0) / 100;
      told.textContent = `${held.length} members, ${reach.toFixed(0)} % of power${span[2] ? ", dormant" : ""}`;
    });
    at("forums-title").textContent = `Forums: ${live} at this time`;
  };
  const tellChosen = () => {
    const { step, picked } = state, box = at("chosen");
    box.replaceChildren();
    if (!picked) return;
    if (picked.kind === "actor") {
      make("h3", box, reading(picked.number));
      const held = run.forums.filter((forum) => living(forum, step) && members(forum, step).includes(picked.number));
      make("p", box, issues.map((issue, k) => `${issue.label} ${position(picked.number, k, step).toFixed(2)}`).join(", "));
      make("p", box, held.length ? `Member of ${held.length}: ${held.map((forum) => forum.name).join("; ")}` : "Member of no forum.");
      return;
    }
    const forum = run.forums[picked.number], span = living(forum, step);
    make("h3", box, `${forum.number}. ${forum.name}`);
    if (!span) { make("p", box, step < forum.life[0][0] ? "It has not opened yet." : "It has ended."); return; }
    const now = latest(forum.charter, step);
    const charter = issues.map((issue, k) => (now[k] === null ? "" : `${issue.label} ${(now[k] / 1000).toFixed(2)}`)).filter(Boolean);
    make("p", box, `Charter: ${charter.join(", ")}. Legalization ${(now[issues.length] / 1000).toFixed(2)}${span[2] ? ". Dormant: alive on paper only" : ""}.`);
    const weights = power(step);
    for (const [name, inside] of byBloc(members(forum, step))) {
      const ranked = [...inside].sort((a, b) => weights[b] - weights[a]).map((i) => run.actors.names[i]);
      make("p", box, `${name}, ${inside.length}: ${ranked.slice(0, 30).join(", ")}${ranked.length > 30 ? ` and ${ranked.length - 30} more` : ""}`);
    }
  };
  const MOST = 150;
  const tellEvents = () => {
    const box = at("events"), wanted = at("group").value, { step } = state;
    let end = run.events.length;  // the first that is later
    for (let low = 0; low < end;) { const middle = (low + end) >> 1; if (run.events[middle][0] <= step) low = middle + 1; else end = middle; }
    const parts = document.createDocumentFragment();
    let told = 0, day = -1, list = null;
    for (let k = end - 1; k >= 0 && told < MOST; k -= 1) {
      const [when, group, text] = run.events[k];
      if (wanted !== "" && String(group) !== wanted) continue;
      if (when !== day) {
        make("h3", parts, run.dates[when]);
        list = make("ol", parts);
        if (when === step) list.className = "now";
        day = when;
      }
      make("li", list, text);
      told += 1;
    }
    if (!told) make("p", parts, "Nothing yet.");
    if (run.untold.length) make("p", parts, `Too many to be told here: ${run.untold.join(", ")}.`, { class: "small" });
    box.replaceChildren(parts);
    box.scrollTop = 0;
  };
  const sceneWords = () => {
    const { step, picked } = state;
    let text = at("view").value === "map" ? run.sources : "";
    if (at("view").value === "plane") {
      const ends = [across(), up()].filter((k) => k >= 0).map((k) => `${issues[k].label}: 0 ${issues[k].low || "is one end"}, 1 ${issues[k].high || "is the other"}`);
      text = `Marks: actors, by power. Numbers: forums at their charters. ${ends.join(". ")}.`;
      if (run.positions.every > 1) text += ` Positions are of every ${run.positions.every} steps, and on a straight line between them.`;
    }
    if (picked && picked.kind === "forum") {
      const forum = run.forums[picked.number], held = living(forum, step) ? members(forum, step).length : 0;
      text = `${forum.name}: its ${held} members are set off. ${text}`;
    }
    at("scene-words").textContent = text;
  };

  // --- time ------------------------------------------------------------------------------------------------------

  const show = () => {
    const { step } = state, slider = at("time");
    const words = `${run.synthetic ? "" : `${run.dates[step]}: `}step ${step} of ${last}`;
    slider.value = String(step);
    slider.setAttribute("aria-valuetext", words);
    at("when").textContent = words;
    at("back").disabled = step <= 0;
    at("forth").disabled = step >= last;
    move();
    sceneWords();
    markTime();
    listForums();
    tellChosen();
    tellEvents();
  };
  const go = (step) => {
    const now = Math.min(Math.max(step, 0), last);
    if (now !== state.step) { state.step = now; state.still = false; show(); }
  };
  const tick = () => {
    if (state.step >= last) { pause(); return; }
    go(state.step + 1);
    state.playing = setTimeout(tick, 1000 / Number(at("speed").value));
  };
  const play = () => {
    if (state.step >= last) go(0);
    at("play").textContent = "Pause";
    clearTimeout(state.playing);
    state.playing = setTimeout(tick, 200);
  };
  const pause = () => { clearTimeout(state.playing); state.playing = 0; at("play").textContent = "Play"; };
  const toggle = () => (state.playing ? pause() : play());
  at("play").addEventListener("click", toggle);
  at("back").addEventListener("click", () => { pause(); go(state.step - 1); });
  at("forth").addEventListener("click", () => { pause(); go(state.step + 1); });
  at("time").addEventListener("input", (event) => { pause(); go(Number(event.target.value)); });
  const KEYS = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1, PageUp: -10, PageDown: 10 };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("select")) return;
    const scrolls = event.target.matches(".tall") || (["ArrowUp", "ArrowDown", "PageUp", "PageDown"].includes(event.key) && event.target !== at("time") && event.target !== document.body);
    if (event.key === " ") {
      if (event.target.matches("button") && event.target !== at("play")) return;
      event.preventDefault();
      toggle();
    } else if (event.key === "Escape") {
      choose(null);
    } else if (!scrolls && (event.key in KEYS || event.key === "Home" || event.key === "End")) {
      event.preventDefault();
      pause();
      go(event.key === "Home" ? 0 : event.key === "End" ? last : state.step + KEYS[event.key]);
    }
  });
  // a button that has the focus is pressed when the space key is let go: the key has done its work by then
  at("play").addEventListener("keyup", (event) => { if (event.key === " ") event.preventDefault(); });

  // --- the start -------------------------------------------------------------------------------------------------

  const theme = (name) => document.documentElement.setAttribute("data-theme", name);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  theme(dark.matches ? "dark" : "light");
  dark.addEventListener("change", () => theme(dark.matches ? "dark" : "light"));
  at("theme").addEventListener("click", () => theme(document.documentElement.getAttribute("data-theme") === "dark" ? "light" : "dark"));
  at("title").textContent = run.title;
  at("time").max = String(last);
  issues.forEach((issue, k) => { make("option", at("across"), issue.label, { value: k }); make("option", at("up"), issue.label, { value: k }); });
  if (issues.length === 1) make("option", at("up"), "blocs", { value: -1 });
  at("up").value = issues.length === 1 ? "-1" : String(issues.length - 1);
  if (!run.map) at("view-label").hidden = true;
  at("view-label").style.display = run.map ? "" : "none";
  at("view").value = "plane";
  make("option", at("group"), "all", { value: "" });
  run.groups.forEach((name, k) => make("option", at("group"), name.toLowerCase(), { value: k }));
  const blocs = [...new Set(run.actors.bloc)].sort((a, b) => a - b);
  for (const bloc of blocs) {
    const actor = run.actors.bloc.findIndex((b, k) => b === bloc && run.actors.state[k]);
    if (actor < 0 && bloc >= 0) continue;
    const entry = make("span", at("blocs")), sign = draw("svg", { viewBox: "-15 -7 30 14", "aria-hidden": "true" }, entry);
    draw("path", { d: actor < 0 ? circle(5) : shape(actor, 5), class: "actor" }, sign).style.setProperty("--c", blocColour(bloc));
    make("span", entry, bloc < 0 ? "no bloc" : run.blocs[bloc]);
  }
  if (run.actors.state.includes(0)) {
    const entry = make("span", at("blocs")), sign = draw("svg", { viewBox: "-15 -7 30 14", "aria-hidden": "true" }, entry);
    draw("path", { d: cross(4.5, 0), class: "actor" }, sign).style.setProperty("--c", "var(--plain)");
    make("span", entry, "not a state, in the colour of its bloc");
  }
  const facts = make("dl", at("facts"));
  for (const [name, value] of [...run.facts, ...run.settings]) { make("dt", facts, name); make("dd", facts, value); }
  make("p", at("facts"), run.differences.length ? `The repeated run is not the same as in the results: ${run.differences.join("; ")}` : "Repeated from the results folder, and the same to the bit.", { class: "small" });
  for (const id of ["view", "across", "up"]) at(id).addEventListener("change", () => { build(); show(); });
  at("measure").addEventListener("change", () => { buildChart(); show(); });
  at("group").addEventListener("change", tellEvents);
  let seen = 0;
  new ResizeObserver(() => {
    const width = at("picture").clientWidth;
    if (width === seen) return;
    seen = width;
    build();
    buildChart();
    show();
  }).observe(at("picture"));
  build();
  buildChart();
  show();
})();
