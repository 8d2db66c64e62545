import { expect, test } from 'vitest';
import { parseRoutes } from './parse.js';

const GOOD = `tenant: bank
hosts: [hooks.example.com]
routes:
  - id: crm
    url: https://hooks.example.com/earshot
    secrets: [{ file: crm-2026 }, { env: EARSHOT_WEBHOOK_SECRET_CRM }]
    units: [wealth]
    content: masked-evidence
  - id: bi
    url: https://hooks.example.com/bi
    secrets: [{ file: bi }]
`;

test('what is not said is careful: high and critical only, a reference only', () => {
  const parsed = parseRoutes(GOOD);
  expect(parsed).toMatchObject({
    ok: true,
    routes: {
      tenant: 'bank',
      routes: [
        { id: 'crm', units: ['wealth'], content: 'masked-evidence' },
        { id: 'bi', severities: ['high', 'critical'], content: 'reference' },
      ],
    },
  });
});

test.each([
  ['another host', 'https://hooks.example.com/bi', 'https://evil.example/bi', 10, 'host-not-allowed'],
  ['a password in the URL', '//hooks.example.com/bi', '//u:p@hooks.example.com/bi', 10, 'url-userinfo'],
  ['a scheme that is none of ours', 'https://hooks.example.com/bi', 'file:///etc/passwd', 10, 'url-scheme'],
  ['an id twice', 'id: bi', 'id: crm', 9, 'route-repeated'],
  ['a secret in clear', '{ file: bi }', 'whsec_AAAA', 11, 'value-invalid'],
  ['a secret of somebody else', '{ file: bi }', '{ env: PATH }', 11, 'value-invalid'],
  ['a path out of the folder', '{ file: bi }', '{ file: ../people.yaml }', 11, 'value-invalid'],
  ['an unknown key', 'content: masked', 'contents: masked', 4, 'key-unknown'],
  ['an unknown content class', 'masked-evidence', 'everything', 8, 'value-invalid'],
])('%s is refused, with its place', (_what, good, bad, line, code) => {
  const parsed = parseRoutes(GOOD.replace(good, bad), 'routes.yaml');
  expect(parsed).toMatchObject({ ok: false, faults: [{ file: 'routes.yaml', line, code }] });
  expect(JSON.stringify(parsed)).not.toContain('whsec_AAAA');
});

test('what the operator does not allow is refused at publishing, yet stays readable once published', () => {
  const rules = { hosts: ['other.example'] };
  expect(parseRoutes(GOOD, 'routes.yaml', rules)).toMatchObject({ ok: false, faults: [{ line: 5 }, { line: 10 }] });
  expect(parseRoutes(GOOD)).toMatchObject({ ok: true });
});
