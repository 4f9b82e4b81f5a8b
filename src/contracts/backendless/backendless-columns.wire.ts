/** A column of the user table, as this wire describes it. */
export class BackendlessColumn {
  /** @example 'email' */
  name!: string;
  /** @example false */
  required!: boolean;
  /** @example 'STRING' */
  type!: string;
  /** @example null */
  defaultValue!: string | null;
  /** @example null */
  relatedTable!: string | null;
  /** @example null */
  customRegex!: string | null;
  /** @example false */
  autoLoad!: boolean;
  /** @example false */
  isPrimaryKey!: boolean;
  /** @example true */
  identity!: boolean;
}

const BUILT_IN = {
  objectId: 'STRING_ID',
  ownerId: 'STRING',
  created: 'DATETIME',
  updated: 'DATETIME',
  lastLogin: 'DATETIME',
  userStatus: 'STRING',
  socialAccount: 'STRING',
  blUserLocale: 'STRING',
  email: 'STRING',
  password: 'STRING',
  name: 'STRING',
};

/** Every column that all users have, and those that the application declares. */
export function columnsOf({
  propertyNames,
  requiredProperties,
}: Readonly<Record<'propertyNames' | 'requiredProperties', string[]>>): BackendlessColumn[] {
  const declared = [...propertyNames, ...requiredProperties].map((name) => [name, 'STRING']);
  const types = { ...Object.fromEntries(declared), ...BUILT_IN } as Record<string, string>;
  return Object.entries(types).map(([name, type]) => ({
    name,
    required: name === 'password' || requiredProperties.includes(name),
    type,
    defaultValue: null,
    relatedTable: null,
    customRegex: null,
    autoLoad: false,
    isPrimaryKey: name === 'objectId',
    identity: name === 'email',
  }));
}
