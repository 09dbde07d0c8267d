// The GraphQL over HTTP audit of the package graphql-http against a running gateway.
//
//   AUDIT_TOKEN=… node audit/run.mjs URL    every check must pass
//   node audit/run.mjs URL                  the same requests without a token: each must be answered 401
//
// AUDIT_PURPOSE is the header Sharing-Purpose. The exit status is 0 only where all 61 checks went as they must.
import { serverAudits } from 'graphql-http';

const CHECKS = 61;
const url = process.argv[2];
const { AUDIT_TOKEN: token, AUDIT_PURPOSE: purpose } = process.env;
if (!url) {
  console.error('usage: [AUDIT_TOKEN=… [AUDIT_PURPOSE=…]] node audit/run.mjs URL');
  process.exit(2);
}

const statuses = [];

async function send(input, init = {}) {
  const headers = new Headers(init.headers);
  if (token) headers.set('authorization', `Bearer ${token}`);
  if (token && purpose) headers.set('sharing-purpose', purpose);
  const response = await fetch(input, { ...init, headers });
  statuses.push(response.status);
  return response;
}

function reach(error) {
  console.error(`audit: ${url} cannot be reached: ${error.cause?.code ?? error.message}`);
  console.error('hint: start the gateway first, for instance with `make demo`');
  process.exit(2);
}

async function withToken(audits) {
  let passed = 0;
  for (const audit of audits) {
    const result = await audit.fn().catch(reach);
    const good = result.status === 'ok';
    passed += good ? 1 : 0;
    console.log(`${good ? 'pass' : 'FAIL'}  ${audit.id}  ${audit.name}${good ? '' : `\n      ${result.reason}`}`);
  }
  return passed;
}

async function withoutToken(audits) {
  let refused = 0;
  for (const audit of audits) {
    statuses.length = 0;
    await audit.fn().catch(reach);
    const good = statuses.length > 0 && statuses.every((status) => status === 401);
    refused += good ? 1 : 0;
    if (!good) console.log(`FAIL  ${audit.id}  ${audit.name}: answered ${statuses.join(', ') || 'nothing'}, not 401`);
  }
  return refused;
}

const audits = serverAudits({ url, fetchFn: send });
const good = await (token ? withToken(audits) : withoutToken(audits));
const what = token ? 'checks passed' : 'requests without a token were answered 401';
console.log(`${good} of ${audits.length} ${what}`);
if (audits.length !== CHECKS) console.error(`audit: the package holds ${audits.length} checks, ${CHECKS} were expected`);
process.exit(good === CHECKS && audits.length === CHECKS ? 0 : 1);
