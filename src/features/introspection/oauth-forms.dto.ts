export class IntrospectForm {
  /** @example 'cfs_AZqj8nwefTqbHy9MXW5_gAGao_KNL35LjCo6W2x9jp8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' */
  token!: string;
  /** Not needed, and not looked at. @example 'access_token' */
  token_type_hint?: string;
}

export class RevokeForm extends IntrospectForm {
  /** An application that keeps no secret names itself here, and shows no key: it may end tokens of its own. @example '019aa3f2-6b0d-7c29-8a0e-1e3b4c5d6e7f' */
  client_id?: string;
}
