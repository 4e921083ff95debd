// What the scripts of pages share without importing it: events, libraries, and the shapes of what a browser keeps.
type HtmxDetail = {
  elt: HTMLElement;
  xhr: XMLHttpRequest;
  successful?: boolean;
  requestConfig?: { elt?: HTMLElement; triggeringEvent?: Event };
};
type Waiting = { waitFor: Promise<unknown>[] };

interface ScriptEvents {
  "ancu:added": CustomEvent<HTMLElement>;
  "ancu:sending": CustomEvent<Waiting>;
  "ancu:accepted": CustomEvent<Waiting>;
  "ancu:decided": CustomEvent<undefined>;
  "ancu:drawn": CustomEvent<Document>;
  "ancu:before-restore": CustomEvent<{ names: string[] }>;
  "htmx:load": CustomEvent<{ elt: HTMLElement }>;
  "htmx:beforeSwap": CustomEvent<HtmxDetail>;
  "htmx:sendError": CustomEvent<HtmxDetail>;
  "htmx:responseError": CustomEvent<HtmxDetail>;
  "htmx:afterRequest": CustomEvent<HtmxDetail>;
  toast: CustomEvent<{ text: string; tone?: string }>;
}

declare global {
  /** What a service worker keeps; the office writes it above the script. */
  const OFFLINE_CONTENT: {
    version: string;
    shells: { paths: string; pages: Record<string, string> }[];
    files: string[];
    prefix: string;
  };

  /** What of a service worker's own scope its scripts use; the types of pages do not know it. */
  type ExtendableEvent = Event & { waitUntil(work: Promise<unknown>): void };
  type ServiceWorkerOfPages = {
    skipWaiting(): Promise<void>;
    clients: { claim(): Promise<void>; openWindow(address: string): Promise<unknown> };
    registration: ServiceWorkerRegistration;
    addEventListener(kind: "install" | "activate" | "push", act: (event: ExtendableEvent) => void): void;
    addEventListener(kind: "message", act: (event: ExtendableEvent & MessageEvent) => void): void;
    addEventListener(
      kind: "notificationclick",
      act: (event: ExtendableEvent & { notification: Notification }) => void,
    ): void;
    addEventListener(
      kind: "fetch",
      act: (event: ExtendableEvent & { request: Request; respondWith(answer: Promise<Response>): void }) => void,
    ): void;
  };

  interface Window {
    htmx?: { process(element: Element): void; trigger(element: Element, kind: string): void };
  }
  interface Navigator {
    userAgentData?: { platform: string; brands: { brand: string }[] };
  }
  interface DocumentEventMap extends ScriptEvents {}
  interface HTMLElementEventMap extends ScriptEvents {}

  // ---- elements: a script names elements of its own templates, and the journeys in a browser tell of one that is missing

  /** An element with attributes of data that its template always writes. */
  type WithData<E extends HTMLElement = HTMLElement> = E & { dataset: Record<string, string> };
  /** The element that a selector names: "form", "input[type=file]". One without a tag does not tell which it is. */
  type Selected<S extends string> = S extends keyof HTMLElementTagNameMap
    ? WithData<HTMLElementTagNameMap[S]>
    : S extends `${infer Tag}[${string}`
      ? Tag extends keyof HTMLElementTagNameMap
        ? WithData<HTMLElementTagNameMap[Tag]>
        : any
      : any;
  interface ParentNode {
    querySelector<S extends string>(selectors: S): Selected<S>;
    querySelectorAll<S extends string>(selectors: S): NodeListOf<Selected<S>>;
  }
  interface Element {
    closest<S extends string>(selectors: S): Selected<S>;
  }
  interface Document {
    getElementById(id: string): any;
  }
  /** A control of a form; a select alone has options. */
  type Control = HTMLInputElement & {
    options?: HTMLOptionsCollection;
    selectedOptions?: HTMLCollectionOf<HTMLOptionElement>;
  };
  type FileInput = HTMLInputElement & { files: FileList };
  interface HTMLFormControlsCollection {
    [name: string]: any;
    [Symbol.iterator](): ArrayIterator<Control>;
  }
  /** An event of an element that a script looks at. */
  type Targeted<E = Event> = E & { target: any; currentTarget: any };
  type Find = (name: string) => any;
  /** The values of a form by the names of their controls. */
  type Values = Record<string, any>;
  /** Sentences by field. */
  type Errors = Record<string, string[]>;

  // ---- encryption (vault.js, lock.js)

  /** A public key, and the private one wrapped by a secret. */
  type Keys = { open: ArrayBuffer; wrapped: ArrayBuffer; iv: Uint8Array<ArrayBuffer> };
  type Encrypted = { iv: Uint8Array<ArrayBuffer>; data: ArrayBuffer };
  type Sealed = Encrypted & { sender: ArrayBuffer };
  /** Seals and opens what one person, phone or browser keeps. */
  type Ring = {
    name: string;
    isShared: boolean;
    seal(bytes: BufferSource, place: string): Promise<Encrypted>;
    open(sealed: any, place: string): Promise<ArrayBuffer>;
  };
  /** What the lock of a phone needs to open the secret again. */
  type DeviceLock = { id: ArrayBuffer; salt: Uint8Array<ArrayBuffer> };
  type LockedSecret = DeviceLock & Encrypted;

  // ---- the queue of a phone (store.js, queue.js)

  /** For whom a phone works. */
  type Keeper = { keeper: string; user: string };
  type EntryState = "waiting" | "sent" | "refused" | "lost";
  /** One thing that a phone keeps until the office has it; `sealed` holds an `EntryContent`. */
  type Entry = {
    reference: string;
    keyed: number;
    state: EntryState;
    kind?: string;
    sealed?: Sealed;
    establishment?: number;
    mark?: string;
    run?: string;
    steady?: number;
    since?: { mark: number; latest: number; steady: number | null } | null;
    note?: string;
    isOdd?: boolean;
    isGone?: boolean;
    isStuck?: boolean;
    sentAt?: number;
    stay?: number;
    receipt?: string;
    judged?: Record<string, string>;
    late?: number;
    already?: boolean;
    warnings?: number;
    inspection?: number;
    item?: number;
    undecided?: boolean;
  };
  type Oddity = { code: string; field: string; text: string };
  /** The store of one keeper (store.js). */
  type Store = {
    fact(key: string): Promise<any>;
    setFact(key: string, value?: unknown): Promise<void>;
    forgetAlong(): Promise<void>;
    entries(): Promise<Entry[]>;
    entry(reference: string): Promise<Entry | undefined>;
    put(entry: Entry): Promise<void>;
    remove(reference: string): Promise<void>;
  };
  /** How what a phone keeps is sent (queue.js). */
  type Work = {
    path: string | ((values: Values) => string);
    body(entry: Entry, values: Values, confirmed: string[]): object;
    sent(entry: Entry, answer: any): Entry;
    nameIn?(values: Values): string | undefined | Promise<string | undefined>;
    kindOf?(values: Values): string;
    refresh(options?: { force?: boolean }): Promise<Outcome>;
  };
  /** The office's time, and what the clocks of the phone showed then. */
  type Clock = { mark: string; wall: number; high: number; run: string; steady: number };
  type EntryContent = { values: Values; errors?: Errors; oddities?: Oddity[]; confirmed?: string[] };
  /** What an answer of the office means for the queue (line.js). */
  type AnswerState = "ok" | "refused" | "conflict" | "gone" | "signin" | "unknown" | "later" | "noline";
  type Answer = { state: AnswerState; answer: any };
  /** "done", or why it stopped. */
  type Outcome = "done" | AnswerState;
}

declare global {
  // ---- drafts (draft.js, drafts.js)

  type FieldValue = string | boolean | string[];
  /** What stands in a field and what the server put there; `isLeft`: the person has yet to choose between them. */
  type DraftField = { value: FieldValue; initial: FieldValue; isLeft?: boolean };
  /** `at` and whether others can read it, of what is on the disk; null for nothing, false when it cannot be kept. */
  type DraftState = { at: Date; isShared: boolean } | null | false;
  type Draft = {
    key: string;
    slot: string | null;
    origin: string;
    form: HTMLFormElement;
    fields: Map<string, DraftField>;
    initial: Map<string, FieldValue>;
    hasFiles: boolean;
    isSent: boolean;
    isOver: boolean;
    isDirty: boolean;
    storing: number; // chosen files that are not on the disk yet
    isTouched?: boolean;
    saving: Promise<void> | null;
    timer: number;
    state: DraftState;
  };
  type DraftRecord = {
    id: string;
    slot: string;
    origin: string;
    page: string;
    tab: string | null;
    at: number;
    until: number;
    ring: string;
    sealed: Encrypted;
    isSent: boolean;
  };
  type FileRecord = Omit<DraftRecord, "tab" | "at" | "isSent"> & { field: string; number: number; about: Encrypted };
  /** A draft that was found: `isElsewhere`: its page is still open; `isStrangers`: it may be another person's. */
  type StoredDraft = Omit<DraftRecord, "sealed"> & {
    fields: Map<string, any>;
    isElsewhere: boolean;
    isStrangers: boolean;
    files(): Promise<[string, File][]>;
  };

  // ---- asking the office (exchange.js)

  type ExchangeOptions = {
    method?: string;
    body?: any;
    headers?: Record<string, string>;
    onProgress?: ((part: number) => void) | null;
    signal?: AbortSignal | null;
  };
  type ExchangeAnswer = {
    status: number;
    address: string;
    location: string | null;
    isRefused: boolean;
    signIn: string | null;
    isExpired: boolean;
    isPage: boolean;
    disposition: string;
    text(): Promise<string>;
    blob: Blob;
  };
  /** What `rowOf` shows of an entry (kept_rows.js). */
  type RowOptions = {
    name: string;
    about: string;
    state?: string;
    receipt?: string;
    mend?: ((row: HTMLElement) => void) | null;
    confirm?: (() => void) | null;
  };
  /** A button in a note. */
  type NoteAction = { label: string; run: () => void };

  // ---- choosing from a list (names.js, listbox.js)

  type NamedOption = {
    value: string;
    label: string;
    aliases: string[];
    codes: string[];
    spelt: string[];
    keys: string[];
  };
  type ListItem = { value: string; label: string; note?: string; isLast?: boolean };
}

export {};
