/** Who may know whom: main → app → contracts, features → auth → session, user, application → errors. */
/** @param {string} name @param {object} from @param {object} to */
const rule = (name, from, to) => ({ name, severity: 'error', from, to });

const OUTER = '^src/(contracts|features)/';
const STRANGERS = '^src/(session|user)/';
const EDGE = '^src/(main[.]|app[.]|environment/|cli/)|[.]module[.]ts$|^ormconfig[.]ts$';
const ENTITY = '[.]entity[.]ts$';
const NEST = 'node_modules/(@nestjs/common|reflect-metadata)/';
const NEST_PART = '^src/client/(nest/|client[.]ts$)';
const HTTP = 'node_modules/(@types/)?(fastify|@fastify|passport|@nestjs/(passport|platform-fastify|swagger))';

export default {
  forbidden: [
    // Entities may point at each other: `Relation<>` makes their load order harmless.
    rule('no-cycles', { pathNot: ENTITY }, { circular: true }),
    rule('gathering-knows-nobody', { path: '^src/gathering/' }, { path: '^src/', pathNot: '^src/gathering/' }),
    // Services take it into their own processes: it brings nothing of the server along.
    rule('client-stands-alone', { path: '^src/client/' }, { path: '^src/', pathNot: '^src/(client|gathering)/' }),
    rule('client-is-for-others', { path: '^src/', pathNot: '^src/client/' }, { path: '^src/client/' }),
    rule(
      'client-needs-node-alone',
      { path: '^src/client/', pathNot: '[.]spec[.]ts$' },
      { dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'], pathNot: NEST },
    ),
    rule('plain-knows-no-nest', { path: '^src/client/', pathNot: NEST_PART }, { path: `^src/client/nest/|${NEST}` }),
    rule('errors-are-the-floor', { path: '^src/errors/' }, { path: '^src/', pathNot: '^src/errors/' }),
    rule(
      'session-knows-no-http',
      { path: '^src/(session|user|application|record|service-key|event|job|webhook|audit)/' },
      { path: `${HTTP}|^src/auth/|${OUTER}` },
    ),
    rule('session-and-user-are-strangers', { path: STRANGERS }, { path: STRANGERS, pathNot: '^src/$1/' }),
    rule('auth-knows-no-contract', { path: '^src/auth/' }, { path: OUTER }),
    rule('strangers', { path: `${OUTER}([^/]+)/` }, { path: `${OUTER}[^/]+/`, pathNot: '^src/$1/$2/' }),
    rule('rows-stay-home', { path: OUTER }, { path: '[.](entity|repository)[.]ts$' }),
    rule('environment-at-the-edge', { pathNot: EDGE }, { path: '^src/environment/' }),
    rule('cli-is-outermost', { path: '^src/', pathNot: '^src/cli/' }, { path: '^src/cli/' }),
    // Only what boots the server, or stands in for it, brings its tables up to date.
    rule(
      'src-stands-alone',
      { path: '^src/', pathNot: '^src/(main[.]ts$|cli/)' },
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
