// The quiet panel: what was understood of the last message, and how far the handover is.

import { make } from "./phone.js";
import { pageLanguage, say } from "./words.js";

const STEPS = ["offered", "asked", "accepted", "in_touch", "closed"];
const OTHER_ENDS = ["withdrawn", "none_left"];
const HELD = ["accepted", "in_touch", "introduced", "handed_on"];
const STANDS_AT = { introduced: "in_touch", handed_on: "in_touch", cared_for: "closed" }; // states within a step

export class Panel {
  constructor(config) {
    this.config = config;
    this.understoodPlace = document.querySelector("#understood");
    this.handoverPlace = document.querySelector("#handover");
    this.clear();
  }

  clear() {
    this.understood = null;
    this.handover = null;
    this.draw();
  }

  show(values) {
    Object.assign(this, values);
    this.draw();
  }

  get isOpen() {
    return this.isHeld || this.handover?.state === "asked";
  }

  get isHeld() {
    return HELD.includes(this.handover?.state);
  }

  draw() {
    this.understoodPlace.replaceChildren(...this.meaning());
    this.handoverPlace.replaceChildren(...this.way());
  }

  meaning() {
    const understood = this.understood;
    if (!understood) return [make("p", { class: "hint" }, say("understood_empty"))];
    if (!understood.intent) {
      const name = this.handover?.person?.name || say("a_person");
      return [make("p", { class: this.isHeld ? "verdict" : "hint" }, say(this.isHeld ? "understood_relayed" : "understood_empty", { name }))];
    }
    const language = this.config.languages.find((one) => one.code === understood.language);
    const facts = make("dl", { class: "facts" });
    fact(facts, say("language"), make("span", { lang: language?.code, dir: language?.direction }, language?.name || "–"));
    fact(facts, say("intent"), make("span", {}, this.titleOf(understood.intent)));
    if (typeof understood.confidence === "number") fact(facts, say("confidence"), certainty(understood.confidence));
    return [facts, ...this.verdict(understood)];
  }

  verdict({ accepted, choices = [] }) {
    if (accepted) return [make("p", { class: "verdict sure" }, say("accepted"))];
    if (!choices?.length) return [make("p", { class: "verdict unsure" }, say("not_understood"))];
    const list = make("ul", { class: "offered" });
    for (const choice of choices) list.append(make("li", {}, this.titleOf(choice.title || choice.intent || choice)));
    return [make("p", { class: "verdict unsure" }, say("offered")), list];
  }

  /** A topic's own title in the language of the page; other intents by our words, else by their name. */
  titleOf(intent) {
    const name = String(intent).replace(/^\//, "").split("{")[0];
    return this.config.topics[pageLanguage()]?.[name] || say(`intents.${name}`) || name.replaceAll("_", " ");
  }

  way() {
    const { state, person } = this.handover || {};
    if (!state) return [make("p", { class: "hint" }, say("handover_empty"))];
    const end = OTHER_ENDS.includes(state);
    const reached = STEPS.indexOf(STANDS_AT[state] || state);
    const list = make("ol", { class: "steps" });
    if (!end) {
      STEPS.forEach((step, index) => {
        const kind = index < reached ? "done" : index === reached ? "now" : "ahead";
        list.append(make("li", { class: kind, "aria-current": kind === "now" ? "step" : null }, say(`steps.${step}`)));
      });
    }
    const told = make("p", { class: `verdict ${end ? "unsure" : "sure"}` }, say(`states.${state}`, { name: person?.name || say("a_person") }));
    return end ? [told] : [told, list];
  }
}

function fact(list, name, value) {
  list.append(make("div", {}, make("dt", {}, name), make("dd", {}, value)));
}

function certainty(confidence) {
  const percent = `${Math.round(Math.max(0, Math.min(1, confidence)) * 100)}%`;
  const bar = make("i", { "aria-hidden": "true" });
  bar.style.setProperty("--part", percent);
  return make("span", { class: "certainty" }, bar, make("span", {}, percent));
}
