import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Peer, type PeerState, type Said } from "@/interviews/peer";

/** As much of a browser's connection as negotiation needs (W3C WebRTC 1.0, 4.4.1): states, rollback, ICE's refusals. */
class Connection {
  signalingState: RTCSignalingState = "stable";
  connectionState: RTCPeerConnectionState = "new";
  localDescription: { type: string; sdp: string } | null = null;
  remote: string | null = null;
  pending: string | null = null;
  restarts = 0;
  rollbacks = 0;
  candidates: string[] = [];
  onnegotiationneeded: (() => void) | null = null;
  onicecandidate: ((event: { candidate: unknown }) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  ontrack: (() => void) | null = null;
  private serial = 0;
  private isNeeded = false;
  constructor(readonly name: string) {}

  async setLocalDescription(): Promise<void> {
    await Promise.resolve();
    const type = this.signalingState === "have-remote-offer" ? "answer" : "offer";
    this.signalingState = type === "answer" ? "stable" : "have-local-offer";
    this.serial += 1;
    this.localDescription = { type, sdp: `v=0\n${this.name}-${type}-${this.serial}` };
  }

  async setRemoteDescription({ type, sdp }: { type: string; sdp: string }): Promise<void> {
    await Promise.resolve();
    if (type === "answer" && this.signalingState !== "have-local-offer") throw new Error(`answer in ${this.signalingState}`);
    if (type === "offer" && this.signalingState === "have-local-offer") this.rollbacks += 1;
    this.signalingState = type === "offer" ? "have-remote-offer" : "stable";
    this.remote = sdp;
    if (type === "answer") this.isNeeded = false;
  }

  async addIceCandidate({ candidate }: { candidate: string }): Promise<void> {
    await Promise.resolve();
    if (this.remote === null || !candidate.startsWith(this.remote.slice(4, 5))) throw new Error("unknown ufrag");
    this.candidates.push(candidate);
  }

  createDataChannel(): object {
    return { readyState: "connecting", send: () => undefined };
  }
  addTrack(): void {
    // The page's own tracks; nothing to negotiate here.
  }
  getSenders(): [] {
    return [];
  }
  setConfiguration(): void {
    // Fresh passwords.
  }
  /** Asked once until it has been answered (4.7.3). */
  restartIce(): void {
    this.restarts += 1;
    if (!this.isNeeded) this.onnegotiationneeded?.();
    this.isNeeded = true;
  }
  close(): void {
    this.connectionState = "closed";
  }
  become(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
}

interface Side {
  peer: Peer;
  connection: Connection;
  states: PeerState[];
  sent: Said[];
}

function pair(): { polite: Side; impolite: Side; wire: () => Promise<void> } {
  const queue: (() => void)[] = [];
  const make = (name: string, isPolite: boolean): Side => {
    const connection = new Connection(name);
    const side: Side = { connection, states: [], sent: [], peer: null as unknown as Peer };
    side.peer = new Peer({
      isPolite,
      servers: [],
      stream: null,
      devices: { camera: true, microphone: true },
      send: (said) => {
        side.sent.push(said);
        queue.push(() => {
          (isPolite ? impolite : polite).peer.take(said);
        });
        return Promise.resolve();
      },
      onState: (state) => side.states.push(state),
      onStream: () => undefined,
      onDevices: () => undefined,
      connect: () => connection as unknown as RTCPeerConnection,
    });
    return side;
  };
  const polite = make("p", true);
  const impolite = make("i", false);
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 30; turn++) await Promise.resolve();
  };
  const wire = async (): Promise<void> => {
    await settle();
    while (queue.length > 0) {
      queue.shift()?.();
      await settle();
    }
  };
  return { polite, impolite, wire };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("MediaStream", Object);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("two pages", () => {
  it("that both offer at once end in one answer, and only the polite one gives way", async () => {
    const { polite, impolite, wire } = pair();
    polite.connection.onnegotiationneeded?.();
    impolite.connection.onnegotiationneeded?.();
    await wire();
    expect([polite.connection.signalingState, impolite.connection.signalingState]).toEqual(["stable", "stable"]);
    expect([polite.connection.rollbacks, impolite.connection.rollbacks]).toEqual([1, 0]);
    expect(impolite.connection.remote).toBe(polite.connection.localDescription?.sdp);
    expect(polite.states).not.toContain("failed");
    expect(impolite.states).not.toContain("failed");
  });

  it("take either one's offer when only one has something to say", async () => {
    const { polite, impolite, wire } = pair();
    polite.connection.onnegotiationneeded?.();
    await wire();
    expect(impolite.connection.localDescription?.type).toBe("answer");
    expect(polite.connection.signalingState).toBe("stable");
  });

  it("forgive candidates of an offer that was not taken, and no others", async () => {
    const { polite, impolite, wire } = pair();
    impolite.connection.onnegotiationneeded?.();
    await Promise.resolve();
    impolite.peer.take({ description: { type: "offer", sdp: "v=0\np-offer" }, candidates: [{ candidate: "p 1" }] });
    await wire();
    expect(impolite.states).not.toContain("failed");
    expect(impolite.connection.candidates).toEqual([]);
    polite.peer.take({ description: null, candidates: [{ candidate: "x 1" }] });
    await wire();
    expect(polite.states).toContain("failed");
  });

  it("send candidates in one go, after their description", async () => {
    const { polite, wire } = pair();
    polite.connection.onnegotiationneeded?.();
    for (const line of ["p 1", "p 2"]) polite.connection.onicecandidate?.({ candidate: { candidate: line, sdpMid: "0", sdpMLineIndex: 0, usernameFragment: "u" } });
    await wire();
    await vi.advanceTimersByTimeAsync(150);
    const spoken = polite.sent.filter((one) => one.description?.type !== "answer");
    expect(spoken.map((one) => [one.description?.type ?? "", one.candidates.length])).toEqual([["offer", 0], ["", 2]]);
  });
});

describe("a network that goes", () => {
  it("is looked for again twice, then given up", async () => {
    const { polite, wire } = pair();
    polite.connection.become("connected");
    for (let time = 0; time < 3; time++) polite.connection.become("failed");
    await wire();
    expect(polite.connection.restarts).toBe(2);
    expect(polite.states).toEqual(["connected", "interrupted", "interrupted", "failed"]);
  });

  it("that comes back has all its tries again", async () => {
    const { polite, wire } = pair();
    for (let time = 0; time < 5; time++) {
      polite.connection.become("failed");
      polite.connection.become("connected");
    }
    await wire();
    expect(polite.states).not.toContain("failed");
  });

  it("that never comes is noticed without a word from the browser", async () => {
    const { polite } = pair();
    await vi.advanceTimersByTimeAsync(65_000);
    expect(polite.states.at(-1)).toBe("failed");
  });

  it("says nothing any more once closed", async () => {
    const { polite, wire } = pair();
    polite.connection.onnegotiationneeded?.();
    polite.peer.close();
    await wire();
    await vi.advanceTimersByTimeAsync(65_000);
    expect(polite.sent).toEqual([]);
    expect(polite.states).toEqual([]);
  });
});
