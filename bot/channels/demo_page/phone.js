// One phone: draws bubbles, pictures and choices, and tells what its owner writes or presses.

import { say } from "./words.js";

const FEW = 3; // as on WhatsApp: up to three buttons, more make a list
const SHORT = 7; // letters: a list of hours stands side by side
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** An element with attributes; what is said is only ever set as text, never as markup. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.filter(Boolean));
  return element;
}

export class Phone {
  /**
   * `owner` ("resident" or "person") is whose bubbles stand on the own side; `test` begins the data-testids.
   * `again(entry)` gives the way to send an entry once more, or false.
   */
  constructor(place, { owner, test, write, press, again }) {
    Object.assign(this, { place, owner, test, press, again });
    this.frame = place.querySelector(".phone");
    this.log = place.querySelector(".log");
    this.empty = place.querySelector(".empty");
    this.form = place.querySelector("form");
    this.input = place.querySelector("textarea");
    this.rows = new Map(); // entry id -> its row
    this.listen(write);
  }

  listen(write) {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.input.value.trim();
      if (!text || this.input.disabled) return;
      this.input.value = "";
      this.fit();
      write(text);
    });
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.form.requestSubmit();
    });
    this.input.addEventListener("input", () => this.fit());
  }

  /** The input grows with what is written; the style sheet sets how far. */
  fit() {
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight}px`;
  }

  clear() {
    this.typing(false);
    this.rows.clear();
    this.empty.textContent = say(this.empty.dataset.word); // it may have been off the page when the words changed
    this.log.replaceChildren(this.empty);
  }

  /** Draw one entry at the end. `quiet` when a whole log is drawn again: no movement, nothing read aloud. */
  draw(entry, quiet = false) {
    this.empty.remove();
    this.log.setAttribute("aria-busy", String(quiet));
    const row = entry.divider ? this.divider(entry) : this.row(entry);
    row.classList.toggle("arriving", !quiet);
    this.rows.set(entry.id, row);
    this.log.append(row);
    if (this.waiting) this.log.append(this.waiting);
    if (!quiet && entry.from !== this.owner) this.buzz();
    this.toEnd(quiet);
  }

  divider(entry) {
    return make("p", { class: "divider" }, make("span", {}, say("person_divider", { name: entry.person.name })));
  }

  row(entry) {
    const own = entry.from === this.owner;
    const words = { lang: entry.language || "und", dir: entry.direction || "auto" };
    const label = own || entry.from === "bot" ? null : this.nameOf(entry);
    const bubble = make("div", {
      class: "bubble",
      "data-testid": `${this.test}-message`,
      "data-from": entry.from,
      "data-time": timeOf(entry.at),
      "data-label": label,
      ...words,
    });
    if (entry.picture || entry.photo) bubble.append(this.picture(entry));
    if (entry.attachment) bubble.append(this.attachment(entry));
    if (entry.isPhoto && !entry.photo) bubble.append(make("p", { class: "no-preview" }, say("photo_sent")));
    if (entry.isPlace) bubble.append(make("p", { class: "no-preview" }, say("place_sent")));
    if (entry.isVoice) bubble.append(make("p", { class: "no-preview" }, say("voice_sent")));
    if (entry.text) bubble.append(make("p", { class: "text" }, entry.text));
    const heard = make("span", { class: "only-heard" }, `${own ? "" : this.nameOf(entry)} `);
    const row = make("div", { class: `row ${own ? "own" : "other"} from-${entry.from}` }, own ? null : heard, bubble);
    if (entry.choices?.length) row.append(this.choices(entry, words));
    if (own) this.mark(row, entry);
    return row;
  }

  nameOf(entry) {
    if (entry.from === "bot") return say("bot");
    if (entry.from === "resident") return say("resident");
    return entry.person?.name || say("a_person");
  }

  picture(entry) {
    const small = entry.picture?.includes("/pictogram/");
    const image = make("img", { class: small ? "pictogram" : "picture", alt: entry.photo ? say("photo_sent") : "" });
    image.addEventListener("load", () => this.toEnd(false));
    image.addEventListener("error", () => image.remove());
    image.src = entry.photo || entry.picture;
    return image;
  }

  /** What the other side sent, by the end of its name: a photo, something to listen to, or a file to open. */
  attachment(entry) {
    const ending = entry.attachment.split(".").pop();
    if (ending === "jpg") return this.picture({ photo: entry.attachment });
    if (ending === "pdf") {
      return make("a", { class: "no-preview", href: entry.attachment, target: "_blank", rel: "noopener" }, say("file_sent"));
    }
    return make("audio", { class: "voice", controls: "", preload: "metadata", src: entry.attachment, "aria-label": say("voice_sent") });
  }

  choices(entry, words) {
    this.log.querySelectorAll(".choices.latest").forEach((old) => old.classList.remove("latest"));
    const short = entry.choices.slice(0, -1).every((choice) => choice.title.length <= SHORT);
    const kind = entry.choices.length <= FEW ? "few" : short ? "side-by-side" : "list";
    const fresh = entry.pressed ? "" : " latest";
    const group = make("div", { class: `choices ${kind}${fresh}`, dir: words.dir, role: "group", "aria-label": say("choices") });
    for (const choice of entry.choices) {
      const button = make(
        "button",
        { type: "button", class: "choice", "data-testid": `${this.test}-choice`, ...words },
        make("span", {}, choice.title),
      );
      button.classList.toggle("pressed", entry.pressed === choice.payload);
      button.addEventListener("click", () => {
        group.querySelectorAll(".pressed").forEach((old) => old.classList.remove("pressed"));
        button.classList.add("pressed");
        group.classList.remove("latest");
        entry.pressed = choice.payload;
        this.press(choice, entry);
      });
      group.append(button);
    }
    return group;
  }

  /** Show of an own bubble whether it is being sent, sent, or not sent; then it can be sent again. */
  mark(row, entry) {
    row.dataset.status = entry.status || "sent";
    row.querySelector(".unsent")?.remove();
    if (entry.status !== "failed") return;
    const sendAgain = this.again(entry); // false when a reload lost what was to be sent
    const button = sendAgain && make("button", { type: "button", class: "again" }, say("again"));
    if (button) button.addEventListener("click", sendAgain);
    row.append(make("p", { class: "unsent" }, make("span", {}, say(entry.problem || "") || say("not_sent")), button));
  }

  update(entry) {
    const row = this.rows.get(entry.id);
    if (!row) return;
    row.querySelector(".bubble").lang = entry.language || "und";
    this.mark(row, entry);
    if (entry.status === "failed") this.toEnd(false);
  }

  typing(on) {
    if (on === Boolean(this.waiting)) return;
    this.waiting?.remove();
    this.waiting = on
      ? make("div", { class: "row other typing", "aria-hidden": "true" },
          make("div", { class: "bubble" }, make("i"), make("i"), make("i")))
      : null;
    if (on) this.log.append(this.waiting);
    if (on) this.toEnd(false);
  }

  buzz() {
    this.frame.classList.remove("buzz");
    void this.frame.offsetWidth; // lets the movement begin anew
    this.frame.classList.add("buzz");
  }

  toEnd(atOnce) {
    this.log.scrollTo({ top: this.log.scrollHeight, behavior: atOnce || calm.matches ? "instant" : "smooth" });
  }
}

function timeOf(at) {
  return new Date(at).toLocaleTimeString("nl", { hour: "2-digit", minute: "2-digit" });
}
