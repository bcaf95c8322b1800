/** What a topic and its carrier (the socket, or polling in its place) say to each other. */
import type { JoinOk, MissedPush, PresentIn, Since } from "@/realtime/protocol.gen";

export interface Beat {
  now: string;
  epoch: string;
  tops: Record<string, number>;
}

export type Presence = PresentIn["state"];

export class SocketRefusal extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly retryAfter: number | null,
  ) {
    super(message);
  }
}

/** The connection went away, or did not answer, before the reply came. */
export class ConnectionLost extends Error {}

/** What a topic offers the socket. */
export interface Channel {
  readonly topic: string;
  since(): Since | null;
  /** What its person does with it, told at each join; null where nobody counts. */
  readonly presence: Presence | null;
  joined(reply: JoinOk): void;
  refused(error: SocketRefusal): void;
  pushed(push: MissedPush): void;
  gauged(changed: Record<string, unknown>): void;
  /** The right to see it is lost. */
  gone(): void;
  /** What was seen of it may not be built upon any more. */
  reset(): void;
  beat(beat: Beat): void;
  lost(): void;
}
