/**
 * The form as it is typed: kept on this device at once, on the server soon after, and honest about which.
 *
 * What was typed is never lost: it stays here until the server has it, through lost networks, kills and refusals.
 * Another device's edits of other fields come in by themselves; of the same field, the person chooses.
 */
import { shallowReactive } from "vue";

import { ApiError, NetworkError, retryPause } from "@/http/client";
import type { ResumeConflictReply, ResumeOut } from "@/http/schema.gen";
import type { Field, Form } from "@/resumes/form";

export type Saving =
  | "saved"
  | "typing" // a moment of quiet, then it is sent
  | "saving"
  | "waiting" // no answer; kept here and sent again by itself
  | "clash" // another device wrote something else
  | "refused"; // something in it cannot be kept; `problems` says what

/** What the server has not got yet. */
export interface Kept {
  basedOn: number;
  changes: Form;
}

export interface DraftStore {
  read: () => Kept | null;
  write: (kept: Kept | null) => void;
}

export interface DraftOptions {
  store: DraftStore;
  save: (basedOn: number, changes: Form) => Promise<ResumeOut>;
  random?: () => number;
}

export const QUIET_MS = 700;

export class Draft {
  readonly view = shallowReactive<{
    form: Form;
    saving: Saving;
    savedAt: string | null;
    problems: Record<string, string>;
    missing: Record<string, string>;
    theirs: ResumeOut | null;
    clashing: string[];
  }>({ form: {}, saving: "saved", savedAt: null, problems: {}, missing: {}, theirs: null, clashing: [] });

  private server: Form = {};
  private changes: Form = {};
  private basedOn = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private isSending = false;
  private attempts = 0;

  constructor(private readonly options: DraftOptions) {}

  /** Start from what the server has, and go on with what this device still held. */
  open(resume: ResumeOut): void {
    if (!this.recall()) this.basedOn = resume.revision;
    this.take(resume);
    if (this.isPending()) this.plan(0);
  }

  /** Without the server's answer: what this device still held is shown, and anything may be typed. */
  openOffline(): void {
    this.recall();
    this.show();
    if (this.isPending()) this.plan(0);
  }

  set<F extends Field>(field: F, value: Form[F]): void {
    this.changes = { ...this.changes, [field]: value };
    this.keep();
    this.view.problems = Object.fromEntries(Object.entries(this.view.problems).filter(([named]) => named !== field));
    this.show();
    if (this.view.saving !== "clash") this.plan(QUIET_MS);
  }

  /** The network is back, or the page is about to be hidden. */
  flush(): void {
    if (this.hasSendable() && this.view.saving !== "clash") this.plan(0);
  }

  /** Mine over theirs: sent again, knowing theirs. */
  keepMine(): void {
    this.settleClash(this.changes);
  }

  /** Theirs for the fields in question; what else was typed here still goes. */
  takeTheirs(): void {
    const taken = new Set(this.view.clashing);
    this.settleClash(Object.fromEntries(Object.entries(this.changes).filter(([field]) => !taken.has(field))));
  }

  /** A reply of another command (an upload) brought the résumé along. */
  heard(resume: ResumeOut): void {
    if (!this.isPending()) this.basedOn = resume.revision;
    this.take(resume);
  }

  isPending(): boolean {
    return Object.keys(this.changes).length > 0;
  }

  /** What an earlier page left here, unless this one has typed on; false where nothing waits. */
  private recall(): boolean {
    const kept = this.isPending() ? null : this.options.store.read();
    if (kept !== null) {
      this.changes = kept.changes;
      this.basedOn = kept.basedOn;
    }
    return this.isPending();
  }

  private settleClash(changes: Form): void {
    const { theirs } = this.view;
    if (theirs === null) return;
    this.changes = changes;
    this.basedOn = theirs.revision;
    this.view.theirs = null;
    this.view.clashing = [];
    this.keep();
    this.take(theirs);
    if (this.isPending()) this.plan(0);
  }

  private take(resume: ResumeOut): void {
    this.server = resume.form;
    this.view.savedAt = resume.saved_at;
    this.view.missing = resume.missing;
    this.view.saving = !this.isPending() ? "saved" : this.hasSendable() ? "typing" : "refused";
    this.show();
  }

  private sendable(): Form {
    return Object.fromEntries(Object.entries(this.changes).filter(([field]) => !(field in this.view.problems)));
  }

  private hasSendable(): boolean {
    return Object.keys(this.sendable()).length > 0;
  }

  private show(): void {
    this.view.form = { ...this.server, ...this.changes };
  }

  private keep(): void {
    this.options.store.write(this.isPending() ? { basedOn: this.basedOn, changes: this.changes } : null);
  }

  private plan(ms: number): void {
    if (this.timer !== null) clearTimeout(this.timer);
    if (this.view.saving !== "waiting") this.view.saving = "typing";
    this.timer = setTimeout(() => void this.send(), ms);
  }

  private async send(): Promise<void> {
    if (this.isSending || !this.hasSendable()) return;
    const sendable = this.sendable();
    this.isSending = true;
    if (this.view.saving !== "waiting") this.view.saving = "saving";
    let next: number | null = null;
    try {
      this.landed(await this.options.save(this.basedOn, sendable), sendable);
      next = this.hasSendable() ? QUIET_MS : null;
    } catch (error) {
      next = this.failed(error, Object.keys(sendable));
    } finally {
      this.isSending = false;
    }
    if (next !== null) this.plan(next);
  }

  /** What was typed while it was on its way stays to be sent. */
  private landed(resume: ResumeOut, sent: Form): void {
    this.attempts = 0;
    this.basedOn = resume.revision;
    this.changes = Object.fromEntries(Object.entries(this.changes).filter(([field, value]) => sent[field as Field] !== value));
    this.keep();
    this.take(resume);
  }

  /** Milliseconds until the next try, or null where a person must act first. */
  private failed(error: unknown, sent: string[]): number | null {
    if (error instanceof ApiError && error.status === 409) {
      this.view.theirs = (error.more as ResumeConflictReply).theirs;
      this.view.clashing = Object.keys(error.fields);
      this.view.saving = "clash";
      return null;
    }
    if (error instanceof ApiError && error.status === 422) {
      const named = Object.entries(error.fields).map(([field, text]) => [sent.includes(field) ? field : (sent[0] ?? field), text] as const);
      this.view.problems = { ...this.view.problems, ...Object.fromEntries(named) };
      this.view.saving = "refused";
      return sent.length > named.length ? 0 : null;
    }
    this.attempts += 1;
    this.view.saving = "waiting";
    const asked = error instanceof ApiError && error.retryAfter !== null ? error.retryAfter * 1000 : 0;
    if (!(error instanceof ApiError) && !(error instanceof NetworkError)) throw error;
    return Math.max(asked, retryPause(Math.min(this.attempts, 5), this.options.random));
  }
}
