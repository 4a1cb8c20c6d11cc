// Composio's official TypeScript SDK, unmodified, against the emulator at the URL given. Each
// scenario has a scope of its own. Printed is what came of each by its name, as JSON: `value`, or
// `error` with the class, the SDK's code, and the cause's HTTP status and Composio code.
import * as sdk from '@composio/core';

const [baseURL] = process.argv.slice(2);

const SLACK = 'SLACK_SEND_MESSAGE';
const VERSION = '20251001_00';
const MESSAGE = { channel: 'C0123456789', markdown_text: 'Deployed.' };

function client(scope, { apiKey = 'ak_test', headers = {} } = {}) {
  return new sdk.Composio({
    apiKey,
    baseURL,
    allowTracking: false,
    disableVersionCheck: true,
    defaultHeaders: { 'Emulator-Scope': scope, 'X-Request-Id': scope, ...headers },
  });
}

const execute = (more, slug = SLACK) => (composio) =>
  composio.tools.execute(slug, { userId: 'user_123', version: VERSION, arguments: MESSAGE, ...more });

const inSession = (user, slug, use) => async (composio) =>
  use(await composio.create(user, slug ? { toolkits: [slug] } : undefined));

const withKey = (apiKey) => (_, scope) => client(scope, { apiKey }).toolkits.get({});

const names = (tools) => tools.map((tool) => tool.function.name);

const SCENARIOS = {
  'tools.get': async (c) => names(await c.tools.get('user_123', { tools: [SLACK] })),
  'tools.get by toolkit': async (c) =>
    names(await c.tools.get('user_123', { toolkits: ['CALCULATOR'] })),
  'tools.get with a limit': async (c) =>
    names(await c.tools.get('user_123', { toolkits: ['GITHUB'], limit: 1 })).length,
  'tools.execute': async (c) => {
    const { data, error, successful } = await execute({})(c);
    return { channel: data.channel, error, successful };
  },
  'tools.execute unsuccessful': async (c) => {
    const { error, successful } = await execute({ arguments: { channel: 'C_NOT_FOUND' } })(c);
    return { error, successful };
  },
  'connectedAccounts.list': async (c) => {
    const filter = { userIds: ['user_123'], statuses: ['ACTIVE'], toolkitSlugs: ['slack', 'github'] };
    return (await c.connectedAccounts.list(filter)).items.map((account) => account.toolkit.slug);
  },
  'connectedAccounts.link': async (c) => {
    const asked = await c.connectedAccounts.link('new_user', 'ac_github');
    const connected = await asked.waitForConnection(10_000);
    return [new URL(asked.redirectUrl).hostname, connected.status];
  },
  'toolkits.get': async (c) => [(await c.toolkits.get('slack')).name, (await c.toolkits.get({})).length > 5],
  'authConfigs': async (c) => {
    const { id } = await c.authConfigs.create('notion', { type: 'use_composio_managed_auth' });
    await c.authConfigs.disable(id);
    const { status } = await c.authConfigs.get(id);
    await c.authConfigs.delete(id);
    const left = (await c.authConfigs.list({})).items.some((config) => config.id === id);
    return [status, left];
  },
  'session.tools': inSession('user_123', 'slack', async (session) => names(await session.tools())),
  'session.toolkits': inSession('user_123', 'slack', async (session) =>
    (await session.toolkits()).items.map((toolkit) => toolkit.slug)),
  'session.search': inSession('user_123', null, async (session) =>
    (await session.search({ query: 'send a message to a slack channel' })).results[0].primaryToolSlugs[0]),
  'session.execute': inSession('user_123', 'slack', async (session) =>
    (await session.execute(SLACK, MESSAGE)).data.channel),
  'session.authorize': inSession('new_user', null, async (session) =>
    (await (await session.authorize('github')).waitForConnection(10_000)).status),

  'unknown tool': execute({}, 'NO_SUCH_TOOL'),
  'unknown version': execute({ version: '20240101_00' }),
  'no version': execute({ version: undefined }),
  'user without account': execute({ userId: 'nobody' }),
  'unknown account': execute({ connectedAccountId: 'ca_never_was' }),
  'account of another user': execute({ connectedAccountId: 'ca_other_user' }),
  'account in another project': execute({ connectedAccountId: 'ca_other_project' }),
  'expired account': execute({ connectedAccountId: 'ca_expired' }),
  'inactive account': execute({ connectedAccountId: 'ca_inactive' }),
  'deprecated tool': execute({ version: '20250901_00' }, 'GITHUB_ISSUES_CREATE'),
  'text and arguments': execute({ text: 'say hi' }),
  'timeout': execute({ userId: 'user_timeout' }),
  'response too large': execute({ userId: 'user_response_too_large' }),
  'rate limited': execute({ userId: 'user_rate_limited' }),
  'provider down': execute({ userId: 'user_provider_down' }),
  'second link': async (c) => {
    const asked = await c.connectedAccounts.link('new_user', 'ac_github');
    await fetch(asked.redirectUrl + '?decision=approve', { method: 'POST', headers: { 'Emulator-Scope': 'second-link' } });
    return c.connectedAccounts.link('new_user', 'ac_github');
  },
  'managed OAuth without link': (c) => c.connectedAccounts.initiate('new_user', 'ac_github'),
  'refused connection': async (c) => {
    const asked = await c.connectedAccounts.link('new_user', 'ac_github');
    await fetch(asked.redirectUrl + '?decision=deny', { method: 'POST', headers: { 'Emulator-Scope': 'refused-connection' } });
    return asked.waitForConnection(10_000);
  },
  'account that is gone': (c) => c.connectedAccounts.get('ca_never_was'),
  'unknown toolkit': (c) => c.toolkits.get('no_such_toolkit'),
  'bad request': withKey('ak_bad_request'),
  'invalid key': withKey('ak_invalid'),
  'two keys': (_, scope) => client(scope, { headers: { 'X-Org-Api-Key': 'oak_test' } }).toolkits.get({}),
  'failing service': withKey('ak_service_failure'),
  'unknown tool in a session': inSession('user_123', 'slack', (s) => s.execute('NO_SUCH_TOOL', {})),
  'no account in a session': inSession('nobody', 'slack', (s) => s.execute(SLACK, MESSAGE)),
  'toolkit outside the session': inSession('user_123', 'slack', (s) => s.execute('GMAIL_SEND_EMAIL', {})),
  'toolkit without credentials': inSession('new_user', null, (s) => s.authorize('calculator')),
  'failing session': inSession('user_123', 'slack', (s) => s.execute('EMULATOR_SERVICE_FAILURE', {})),
};

function told(error) {
  const answer = [error, error.cause].find((each) => each?.error !== undefined);
  return {
    class: error.constructor.name,
    code: error.code ?? null,
    status: answer?.status ?? null,
    composio: answer?.error?.error?.code ?? null,
  };
}

async function outcome([name, scenario]) {
  const scope = name.replaceAll(/[^A-Za-z0-9.]/g, '-');
  try {
    return [name, { value: await scenario(client(scope), scope) }];
  } catch (error) {
    return [name, { error: told(error) }];
  }
}

const outcomes = await Promise.all(Object.entries(SCENARIOS).map(outcome));
console.log(JSON.stringify(Object.fromEntries(outcomes)));
