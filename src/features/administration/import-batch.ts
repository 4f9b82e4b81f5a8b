import type { BroughtUser } from '../../user/user-import.js';

const MOST_USERS = 500;
const MOST_BYTES = 1_048_576;

/** Users who are inserted together: none shares an id or a name with another. */
export class ImportBatch {
  readonly users: BroughtUser[] = [];
  private readonly lines = new Map<string, number>();
  private readonly names = new Set<string>();
  private bytes = 0;

  /** Whether there is room for nobody else. */
  get isFull(): boolean {
    return this.users.length >= MOST_USERS || this.bytes >= MOST_BYTES;
  }

  /** Whether someone among them has the id or a name of this one. */
  collidesWith({ id, names }: BroughtUser): boolean {
    return this.lines.has(id) || names.some((name) => this.names.has(name));
  }

  add(user: BroughtUser, line: number, bytes: number): void {
    this.users.push(user);
    this.lines.set(user.id, line);
    for (const name of user.names) this.names.add(name);
    this.bytes += bytes;
  }

  /** The line that a user stood in. */
  lineOf(id: string): number {
    return this.lines.get(id)!;
  }
}
