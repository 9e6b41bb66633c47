// The way to the server: what is said goes in by POST, everything said comes back as server-sent events.

const AGAIN_AFTER = 2000; // milliseconds before a closed stream is opened again

/** Hand in a message; resolves to "" when it arrived, else to the server's code of what is wrong. */
export async function handIn(path, body) {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (answer.ok) return "";
    return (await answer.json().catch(() => ({}))).error || "not_sent";
  } catch {
    return "not_sent";
  }
}

export class Stream {
  /** `after()` names the last message that was drawn, so that nothing comes twice. */
  constructor(visitor, after, { message, understood, handover, clock, connected }) {
    Object.assign(this, { visitor, after, connected, closed: false });
    this.handlers = { message, understood, handover, clock };
    this.open();
  }

  open() {
    const query = new URLSearchParams({ visitor: this.visitor, after: this.after() });
    this.source = new EventSource(`/demo/stream?${query}`);
    for (const [name, handle] of Object.entries(this.handlers)) {
      this.source.addEventListener(name, (event) => handle(JSON.parse(event.data)));
    }
    this.source.onopen = () => this.connected(true);
    this.source.onerror = () => {
      if (this.closed) return;
      this.connected(false);
      // The browser tries again by itself, except after an answer such as 502: then we do.
      if (this.source.readyState === EventSource.CLOSED) setTimeout(() => this.closed || this.open(), AGAIN_AFTER);
    };
  }

  close() {
    this.closed = true;
    this.source.close();
  }
}
