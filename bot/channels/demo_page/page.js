// The demo page: two phones, the first sentences, the quiet panel. The parts are in the files beside this one.

import { Clock } from "./clock.js";
import { handIn, Stream } from "./door.js";
import { bringIntoView, tellOfNews, watchParts } from "./jumps.js";
import { Memory, randomId } from "./memory.js";
import { Panel } from "./panel.js";
import { make, Phone } from "./phone.js";
import { asDataUrl, readPhoto } from "./photo.js";
import { fillPage, pageLanguage, pageLanguages, say, useWords } from "./words.js";

const PATIENCE = 20000; // milliseconds that the bot is shown to be writing, at most
const find = (selector) => document.querySelector(selector);

class Demo {
  constructor(config) {
    this.config = config;
    this.memory = new Memory();
    useWords(config.words, this.memory.data.pageLanguage);
    this.panel = new Panel(config);
    this.here = config.here;
    this.person = null; // whose phone the right one is
    this.unsent = new Map(); // entry id -> what to hand in again
    this.notUnderstoodYet = [];
    this.queues = {}; // one message after another from each phone
    const again = (entry) => this.unsent.has(entry.id) && (() => this.send(entry, ...this.unsent.get(entry.id)));
    this.phones = {
      resident: new Phone(find("#resident"), {
        owner: "resident",
        test: "resident",
        again,
        write: (text) => this.sayAsResident({ text }),
        press: (choice, from) => this.sayAsResident({ text: choice.title, payload: choice.payload }, from),
      }),
      person: new Phone(find("#person"), {
        owner: "person",
        test: "keyperson",
        again,
        write: (text) => this.sayAsPerson(this.person, { text }),
        press: (choice, from) =>
          this.sayAsPerson(from.person || this.person, { text: choice.title, payload: choice.payload }, from),
      }),
    };
    this.residentLanguage = this.memory.data.picked || pageLanguage();
    this.wire();
    this.drawPage();
    this.open();
  }

  wire() {
    find("#start-again").addEventListener("click", () => this.startAgain());
    find("#resident-photo").addEventListener("change", (event) => this.sendFile("resident", event.target));
    find("#person-photo").addEventListener("change", (event) => this.sendFile("person", event.target));
    find("#resident-place").hidden = !this.here;
    find("#resident-place").addEventListener("click", () => this.sendPlace());
    this.clock = new Clock(find("#clock"), (minutes) => handIn("/demo/clock", { minutes }));
    watchParts();
  }

  /** Everything in words of the page's language; the logs from memory. */
  drawPage() {
    fillPage();
    this.drawPageLanguages();
    this.drawLanguages();
    for (const phone of Object.values(this.phones)) phone.clear();
    this.setPerson(null);
    for (const entry of this.memory.data.entries) {
      if (entry.status === "sending" && !this.unsent.has(entry.id)) entry.status = "failed";
      this.draw(entry, true);
    }
    this.panel.draw();
    this.clock.draw();
    this.drawAbout();
  }

  drawPageLanguages() {
    find("#page-languages").replaceChildren(...pageLanguages().map(({ code, name }) => {
      const button = make("button", { type: "button", lang: code, title: name, "aria-label": name, "aria-pressed": String(code === pageLanguage()) }, code.toUpperCase());
      button.addEventListener("click", () => {
        this.memory.set({ pageLanguage: code });
        useWords(this.config.words, code);
        this.drawPage();
        find(`#page-languages [lang="${code}"]`).focus();
      });
      return button;
    }));
  }

  drawLanguages() {
    const { languages } = this.config;
    const picked = languages.find((one) => one.code === (this.memory.data.picked || pageLanguage())) || languages[0];
    find("#languages").replaceChildren(...languages.map((one) => {
      const button = make("button", { type: "button", class: "language", lang: one.code, dir: one.direction, "aria-pressed": String(one === picked) }, one.name);
      button.addEventListener("click", () => {
        this.memory.set({ picked: one.code });
        this.drawLanguages();
        find(`#languages [lang="${one.code}"]`).focus();
      });
      return button;
    }));
    find("#suggestions").dir = picked?.direction || "ltr";
    find("#suggestions").replaceChildren(...(picked?.suggestions || []).map((sentence) => {
      const chip = make("button", { type: "button", class: "suggestion", lang: picked.code, dir: picked.direction }, sentence);
      chip.addEventListener("click", () => {
        this.sayAsResident({ text: sentence }, { language: picked.code, direction: picked.direction });
        bringIntoView(find("#resident"));
      });
      return chip;
    }));
  }

  open() {
    this.stream?.close();
    this.stream = new Stream(this.memory.visitor, () => this.memory.data.after, {
      message: (message) => this.hear(message),
      understood: (understood) => this.learn(understood),
      handover: (handover) => {
        this.panel.show({ handover });
        this.drawAbout();
      },
      clock: ({ ahead }) => this.clock.set(ahead),
      connected: (on) => (find("#connection").textContent = on ? "" : say("no_connection")),
    });
  }

  startAgain() {
    if (this.panel.isOpen) handIn("/demo/resident", { visitor: this.memory.visitor, payload: "/cancel" }); // nobody waits
    this.memory.startAgain();
    this.unsent.clear();
    this.notUnderstoodYet = [];
    this.wait(false);
    this.panel.clear();
    this.residentLanguage = this.memory.data.picked || pageLanguage();
    this.drawPage();
    this.open();
    this.phones.resident.input.focus();
  }

  // ------------------------------------------------------------------ what is said here

  sayAsResident(words, from = {}) {
    const entry = this.own("resident", words.text, from.language || this.residentLanguage, from.direction);
    if (!from.language) this.notUnderstoodYet.push(entry);
    this.send(entry, "/demo/resident", { visitor: this.memory.visitor, ...words });
  }

  async sendFile(phone, input) {
    const [file] = input.files;
    if (!file || (phone === "person" && !this.person)) return;
    const isVoice = file.type.startsWith("audio/");
    const { sent, shown } = isVoice ? { sent: await asDataUrl(file) } : await readPhoto(file);
    input.value = "";
    const language = phone === "person" ? this.deskLanguage : this.residentLanguage;
    const entry = this.own(phone, "", language, null, isVoice ? { isVoice } : { isPhoto: true, photo: shown });
    const who = { visitor: this.memory.visitor, person: phone === "person" ? this.person.id : undefined };
    this.send(entry, `/demo/${phone}`, { ...who, [isVoice ? "voice" : "photo"]: sent });
  }

  /** Where the resident of the demo pretends to be: no browser is asked where it really is. */
  sendPlace() {
    const entry = this.own("resident", "", this.residentLanguage, null, { isPlace: true });
    this.send(entry, "/demo/resident", { visitor: this.memory.visitor, place: this.here });
  }

  sayAsPerson(person, words, from = {}) {
    if (!person) return;
    const entry = this.own("person", words.text, from.language || this.deskLanguage, from.direction);
    this.send(entry, "/demo/person", { person: person.id, visitor: this.memory.visitor, ...words });
  }

  own(phone, text, language, direction, more = {}) {
    return { id: randomId(), to: phone, from: phone, text, language, direction, at: this.clock.now().toISOString(), ...more };
  }

  async send(entry, path, body) {
    const phone = this.phones[entry.to];
    entry.status = "sending";
    this.unsent.set(entry.id, [path, body]);
    if (this.memory.add(entry)) this.draw(entry);
    else phone.update(entry);
    if (entry.to === "resident") this.wait(!this.panel.isHeld);
    const before = this.queues[path];
    this.queues[path] = (async () => {
      await before;
      const problem = await handIn(path, { id: entry.id, ...body });
      Object.assign(entry, { status: problem ? "failed" : "sent", problem });
      if (problem !== "not_sent") this.unsent.delete(entry.id); // what was refused once is refused again
      if (problem && entry.to === "resident") this.wait(false);
      if (problem) this.notUnderstoodYet = this.notUnderstoodYet.filter((one) => one !== entry);
      phone.update(entry);
      this.memory.save();
    })();
  }

  // ------------------------------------------------------------------ what comes from the server

  hear(message) {
    if (message.to === "person" && message.person && this.person && this.person.id !== message.person.id) {
      const divider = { id: `divider-${message.id}`, to: "person", divider: true, person: message.person };
      if (!this.memory.seen.has(message.id) && this.memory.add(divider)) this.draw(divider);
    }
    message.at = this.clock.asShown(message.at);
    const isNew = this.memory.add(message);
    this.memory.set({ after: message.id });
    if (!isNew) return;
    this.draw(message);
    if (message.to === "resident") this.wait(false);
    else tellOfNews();
  }

  learn(understood) {
    const known = this.panel.understood?.turn === understood.turn; // sent once more after the connection was away
    this.panel.show({ understood });
    if (known) return;
    const entry = this.notUnderstoodYet.shift();
    if (entry && this.config.languages.some((one) => one.code === understood.language)) {
      entry.language = this.residentLanguage = understood.language;
      this.phones.resident.update(entry);
      this.memory.save();
    }
    if (!understood.intent) this.wait(false);
  }

  // ------------------------------------------------------------------ what is drawn

  draw(entry, quiet = false) {
    if (entry.to === "person" && entry.person) this.setPerson(entry.person);
    if (entry.to === "person" && entry.from === "bot") this.deskLanguage = entry.language;
    if (entry.to === "resident" && entry.from === "bot") this.residentLanguage = entry.language;
    this.phones[entry.to].draw(entry, quiet);
  }

  setPerson(person) {
    this.person = person;
    const name = person?.name || say("person");
    find("#person-name").textContent = name;
    find("#person-avatar").textContent = person ? [...name][0] : "";
    find("#person-about").textContent = say(person ? "person_about" : "person_waits");
    find("#person-caption").textContent = person ? say("person_phone_of", { name }) : say("person_phone");
    const { input, form } = this.phones.person;
    input.placeholder = person ? say("write_to", { name }) : "";
    input.disabled = form.querySelector("[type=submit]").disabled = find("#person-photo").disabled = !person;
  }

  wait(on) {
    clearTimeout(this.patience);
    if (on) this.patience = setTimeout(() => this.wait(false), PATIENCE);
    this.phones.resident.typing(on);
    this.waiting = on;
    this.drawAbout();
  }

  drawAbout() {
    const name = this.panel.handover?.person?.name;
    const together = this.panel.isHeld && name;
    find("#resident-about").textContent = together
      ? say("with_person", { name })
      : say(this.waiting ? "bot_typing" : "bot_about");
  }
}

const answer = await fetch("/demo/config");
new Demo(await answer.json());
document.body.dataset.ready = "yes";
