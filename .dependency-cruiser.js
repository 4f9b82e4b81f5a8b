/** Who may know whom: main → app → contracts, features → auth → session, user, application → errors. */
/** @param {string} name @param {object} from @param {object} to */
const rule = (name, from, to) => ({ name, severity: 'error', from, to });

const OUTER = '^src/(contracts|features)/';
const STRANGERS = '^src/(session|user)/';
const EDGE = '^src/(main[.]|app[.]|environment/)|[.]module[.]ts$|^ormconfig[.]ts$';
const ENTITY = '[.]entity[.]ts$';
const HTTP = 'node_modules/(@types/)?(fastify|@fastify|passport|@nestjs/(passport|platform-fastify|swagger))';

export default {
  forbidden: [
    // Entities may point at each other: `Relation<>` makes their load order harmless.
    rule('no-cycles', { pathNot: ENTITY }, { circular: true }),
    rule('errors-are-the-floor', { path: '^src/errors/' }, { path: '^src/', pathNot: '^src/errors/' }),
    rule(
      'session-knows-no-http',
      { path: '^src/(session|user|application|record|service-key|event|webhook)/' },
      { path: `${HTTP}|^src/auth/|${OUTER}` },
    ),
    rule('session-and-user-are-strangers', { path: STRANGERS }, { path: STRANGERS, pathNot: '^src/$1/' }),
    rule('auth-knows-no-contract', { path: '^src/auth/' }, { path: OUTER }),
    rule('strangers', { path: `${OUTER}([^/]+)/` }, { path: `${OUTER}[^/]+/`, pathNot: '^src/$1/$2/' }),
    rule('rows-stay-home', { path: OUTER }, { path: '[.](entity|repository)[.]ts$' }),
    rule('environment-at-the-edge', { pathNot: EDGE }, { path: '^src/environment/' }),
    // Only what boots the server brings its tables up to date.
    rule(
      'src-stands-alone',
      { path: '^src/', pathNot: '^src/main[.]ts$' },
      { path: '^(test|migrations)/|^ormconfig[.]ts$' },
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['types', 'import', 'node', 'default'] },
  },
};
