import { connect, type Socket } from 'node:net';

/** Between two bytes of a slow body. */
const DRIP_MS = 1_000;

/** Connections that are kept open on purpose; one that the server closes is opened again. */
export class Held {
  private readonly port: number;
  private readonly sockets = new Set<Socket>();
  private readonly drip: NodeJS.Timeout;
  private ended = false;
  /** How many have been opened, those anew included. */
  opened = 0;
  /** How often the server has closed one. */
  closed = 0;

  constructor(url: string) {
    this.port = Number(new URL(url).port);
    this.drip = setInterval(() => {
      for (const socket of this.sockets) if (socket.writable && socket.bytesWritten > 0) socket.write('x');
    }, DRIP_MS);
  }

  /** Opens so many, and waits until they are. @param head what each sends at first; empty: nothing, ever */
  async open(count: number, head: string): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.one(head)));
  }

  end(): void {
    this.ended = true;
    clearInterval(this.drip);
    for (const socket of this.sockets) socket.destroy();
  }

  private one(head: string): Promise<void> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1', () => {
        this.sockets.add(socket);
        this.opened += 1;
        if (head !== '') socket.write(head);
        resolve();
      });
      socket.resume();
      socket.on('error', () => resolve());
      socket.on('close', () => {
        this.sockets.delete(socket);
        if (this.ended) return;
        this.closed += 1;
        void this.one(head);
      });
    });
  }
}
