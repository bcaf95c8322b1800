/**
 * One connection between two browsers, for one round. Either side may offer at any time: where both do, the polite one
 * takes its own offer back ("perfect negotiation", W3C WebRTC 1.0, 10.7).
 */
import type { CandidateIn, DescriptionIn, SignalOut } from "@/realtime/protocol.gen";

export type PeerState = "connecting" | "connected" | "interrupted" | "failed";

/** What each side tells the other of its own devices, beside the media. */
export interface Devices {
  camera: boolean;
  microphone: boolean;
}

export interface Said {
  description: DescriptionIn | null;
  candidates: CandidateIn[];
}

export interface PeerOptions {
  isPolite: boolean;
  servers: RTCIceServer[];
  stream: MediaStream | null;
  devices: Devices;
  send: (said: Said) => Promise<void>;
  onState: (state: PeerState) => void;
  onStream: (stream: MediaStream) => void;
  onDevices: (devices: Devices) => void;
  connect?: (config: RTCConfiguration) => RTCPeerConnection;
}

const BATCH_MS = 100; // candidates come in bursts
const CONNECT_WITHIN_MS = 20_000;
const RESTARTS = 2; // of ICE, before the round is given up

export class Peer {
  readonly connection: RTCPeerConnection;
  private readonly remote = new MediaStream();
  private readonly channel: RTCDataChannel;
  private isOffering = false;
  private isIgnoring = false;
  private isAnswerPending = false;
  private isClosed = false;
  private restarts = 0;
  private own: Devices;
  private candidates: CandidateIn[] = [];
  private batchTimer: ReturnType<typeof setTimeout> | null = null;
  private giveUpTimer: ReturnType<typeof setTimeout> | null = null;
  private incoming: Promise<void> = Promise.resolve();
  private outgoing: Promise<void> = Promise.resolve();

  constructor(private readonly options: PeerOptions) {
    const connect = options.connect ?? ((config: RTCConfiguration) => new RTCPeerConnection(config));
    const connection = connect({ iceServers: options.servers });
    this.connection = connection;
    this.own = options.devices;
    connection.onnegotiationneeded = () => void this.offer();
    connection.onicecandidate = ({ candidate }) => {
      if (candidate !== null) this.found(candidate);
    };
    connection.onconnectionstatechange = () => {
      this.changed();
    };
    connection.ontrack = ({ track }) => {
      this.remote.addTrack(track);
      options.onStream(this.remote);
    };
    // Both sides open the same channel, so there is one whoever offers first, and something to connect for without devices.
    this.channel = connection.createDataChannel("devices", { negotiated: true, id: 0 });
    this.channel.onopen = () => {
      this.tell(this.own);
    };
    this.channel.onmessage = ({ data }) => {
      this.heard(data);
    };
    for (const track of options.stream?.getTracks() ?? []) connection.addTrack(track, this.remoteOf(options.stream));
    this.watch();
  }

  /** What the other page said, in the order it was said. */
  take(signal: Pick<SignalOut, "description" | "candidates">): void {
    this.incoming = this.incoming.then(() => this.apply(signal)).catch(() => {
      if (!this.isClosed) this.giveUp();
    });
  }

  /** Other networks, or none for a while: look for a way again, without losing what is shown. */
  restart(servers?: RTCIceServer[]): void {
    if (this.isClosed) return;
    if (servers !== undefined) this.connection.setConfiguration({ iceServers: servers });
    this.connection.restartIce();
    this.watch();
  }

  tell(devices: Devices): void {
    this.own = devices;
    if (this.channel.readyState === "open") this.channel.send(JSON.stringify(devices));
  }

  /** Another camera or microphone in the place of the one before. */
  async use(stream: MediaStream): Promise<void> {
    for (const track of stream.getTracks()) {
      const sender = this.connection.getSenders().find((one) => one.track?.kind === track.kind);
      if (sender !== undefined) await sender.replaceTrack(track);
      else this.connection.addTrack(track, stream);
    }
  }

  close(): void {
    this.isClosed = true;
    if (this.batchTimer !== null) clearTimeout(this.batchTimer);
    if (this.giveUpTimer !== null) clearTimeout(this.giveUpTimer);
    const { connection } = this;
    connection.onnegotiationneeded = connection.onicecandidate = connection.onconnectionstatechange = connection.ontrack = null;
    connection.close();
  }

  private remoteOf(stream: MediaStream | null): MediaStream {
    return stream ?? this.remote;
  }

  private async offer(): Promise<void> {
    try {
      this.isOffering = true;
      await this.connection.setLocalDescription();
      this.describe();
    } catch {
      if (!this.isClosed) this.giveUp();
    } finally {
      this.isOffering = false;
    }
  }

  private async apply({ description, candidates }: Pick<SignalOut, "description" | "candidates">): Promise<void> {
    if (this.isClosed) return;
    if (description !== null) await this.describedBy(description);
    for (const one of candidates) {
      try {
        await this.connection.addIceCandidate(fromWire(one));
      } catch (error) {
        if (!this.isIgnoring) throw error; // of an offer that was not taken, they belong nowhere
      }
    }
  }

  private async describedBy(description: DescriptionIn): Promise<void> {
    const { connection } = this;
    const isReady = !this.isOffering && (connection.signalingState === "stable" || this.isAnswerPending);
    this.isIgnoring = !this.options.isPolite && description.type === "offer" && !isReady;
    if (this.isIgnoring) return;
    this.isAnswerPending = description.type === "answer";
    try {
      await connection.setRemoteDescription(description);
    } finally {
      this.isAnswerPending = false;
    }
    if (description.type !== "offer") return;
    await connection.setLocalDescription();
    this.describe();
  }

  private describe(): void {
    const description = this.connection.localDescription;
    if (description === null || this.isClosed) return;
    this.say({ description: { type: description.type as DescriptionIn["type"], sdp: description.sdp }, candidates: [] });
  }

  private found(candidate: RTCIceCandidate): void {
    this.candidates.push(toWire(candidate));
    this.batchTimer ??= setTimeout(() => {
      this.batchTimer = null;
      this.say({ description: null, candidates: this.candidates.splice(0) });
    }, BATCH_MS);
  }

  /** One after the other: a description goes before the candidates found for it. */
  private say(said: Said): void {
    this.outgoing = this.outgoing.then(() => (this.isClosed ? undefined : this.options.send(said))).catch(() => undefined);
  }

  private changed(): void {
    switch (this.connection.connectionState) {
      case "connected":
        this.restarts = 0;
        if (this.giveUpTimer !== null) clearTimeout(this.giveUpTimer);
        this.giveUpTimer = null;
        this.options.onState("connected");
        break;
      case "disconnected":
        this.options.onState("interrupted");
        this.watch();
        break;
      case "failed":
        this.again();
        break;
      default:
    }
  }

  private watch(): void {
    this.giveUpTimer ??= setTimeout(() => {
      this.giveUpTimer = null;
      this.again();
    }, CONNECT_WITHIN_MS);
  }

  private again(): void {
    if (this.isClosed) return;
    if (this.restarts >= RESTARTS) {
      this.giveUp();
      return;
    }
    this.restarts += 1;
    this.options.onState("interrupted");
    this.restart();
  }

  private giveUp(): void {
    this.options.onState("failed");
  }

  private heard(data: unknown): void {
    try {
      const { camera, microphone } = JSON.parse(String(data)) as Devices;
      this.options.onDevices({ camera: camera === true, microphone: microphone === true });
    } catch {
      // Not ours.
    }
  }
}

export function toWire(candidate: RTCIceCandidate): CandidateIn {
  const { candidate: line, sdpMid, sdpMLineIndex, usernameFragment } = candidate;
  return { candidate: line, sdp_mid: sdpMid, sdp_line: sdpMLineIndex, ufrag: usernameFragment };
}

export function fromWire(one: CandidateIn): RTCIceCandidateInit {
  return {
    candidate: one.candidate,
    sdpMid: one.sdp_mid ?? null,
    sdpMLineIndex: one.sdp_line ?? null,
    usernameFragment: one.ufrag ?? null,
  };
}
