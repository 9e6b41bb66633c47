// What this browser tab remembers: who the visitor is, and everything drawn so far. Gone when the tab is closed.

const KEY = "sleutel-demo";

/** A random name; `crypto.randomUUID` only works on https and localhost, this works everywhere. */
export function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Memory {
  constructor() {
    this.data = { visitor: randomId(), entries: [], after: "", pageLanguage: "", picked: "" };
    try {
      Object.assign(this.data, JSON.parse(sessionStorage.getItem(KEY)) || {});
    } catch {
      // An unreadable memory is an empty one.
    }
    this.seen = new Set(this.data.entries.map((entry) => entry.id));
    this.save();
  }

  get visitor() {
    return this.data.visitor;
  }

  /** Add one entry of a phone's log; false when it is there already. */
  add(entry) {
    if (this.seen.has(entry.id)) return false;
    this.seen.add(entry.id);
    this.data.entries.push(entry);
    this.save();
    return true;
  }

  set(values) {
    Object.assign(this.data, values);
    this.save();
  }

  /** A new visitor with empty phones; the chosen languages stay. */
  startAgain() {
    Object.assign(this.data, { visitor: randomId(), entries: [], after: "" });
    this.seen.clear();
    this.save();
  }

  save() {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(this.data));
    } catch {
      // Full or forbidden: the page works on, only a reload will not find everything again.
    }
  }
}
