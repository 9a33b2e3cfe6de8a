/** subscribeSandbox tells the CRM of the sandbox where to send its webhooks; throws where the sandbox refuses. */
export async function subscribeSandbox(sandboxUrl: string, serverUrl: string, secret: string): Promise<void> {
  const answer = await fetch(`${sandboxUrl}/_admin/crm/webhooks`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ url: `${serverUrl}/hooks/crm`, secret }), signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) throw new Error(`The sandbox does not take the subscription to its webhooks: it answers ${answer.status}.`);
}
