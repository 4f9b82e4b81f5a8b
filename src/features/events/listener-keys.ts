import { Injectable } from '@nestjs/common';
import type { CallingService } from '../../service-key/calling-service.js';
import type { KeySecret } from '../../service-key/key-secret.js';
import { ServiceKeyChecks } from '../../service-key/service-key-checks.js';

/** By what somebody listens: a key, and what it opened when the listening began. */
export class KeyClaim {
  /** The same for listeners that came with the same secret. */
  readonly name: string;

  constructor(
    readonly secret: KeySecret,
    readonly service: CallingService,
  ) {
    this.name = `${secret.keyId} ${secret.secretHash.toString('hex')} ${service.applicationId}`;
  }
}

/** Asks whether keys still open what they opened, by the check that each request passes: in a statement sent from now on. */
@Injectable()
export class ListenerKeys {
  constructor(private readonly keys: ServiceKeyChecks) {}

  async isLive({ secret, service }: KeyClaim): Promise<boolean> {
    const answer = await this.keys.ask({ secret, tokens: [] });
    if (!answer) return false;
    return answer.service.scopes.includes('events') && answer.service.applicationId === service.applicationId;
  }

  /** Of many, the names of those that are dead. All ride in one statement. */
  async findDead(claims: Iterable<KeyClaim>): Promise<Set<string>> {
    const different = new Map([...claims].map((claim) => [claim.name, claim]));
    const names = await Promise.all(
      [...different.values()].map(async (claim) => ((await this.isLive(claim)) ? undefined : claim.name)),
    );
    return new Set(names.filter((name) => name !== undefined));
  }
}
