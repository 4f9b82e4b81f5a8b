import type { Application } from './application.entity.js';
import type { KeyKind } from './application-keys.js';

/** What administrators decide about an application; everything else follows from it. */
export type ApplicationSettings = Omit<Application, 'id' | 'createdAt' | 'updatedAt' | 'sessionsValidAfter'> & {
  /** Host names by which requests name it, in lower case and without port. */
  hosts: string[];
};

/** A new application: only its name is needed. */
export type NewApplication = Partial<ApplicationSettings> & { id?: string; name: string; keys?: NewKey[] };

export interface NewKey {
  kind: KeyKind;
  key: string;
}

/** An application as other modules know it. */
export type ApplicationDetails = Readonly<Application> & { readonly hosts: string[]; readonly keys: KnownKey[] };

export interface KnownKey {
  /** Names the key, and opens nothing. */
  readonly id: string;
  readonly kind: KeyKind;
  /** Null for a secret, which is not kept. */
  readonly key: string | null;
  readonly createdAt: Date;
}
