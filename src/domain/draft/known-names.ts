const updated = /^(updated|modified|changed|last_?(modified|changed|updated)|date_?(modified|updated)|(updated|modified|changed|last_?update|update|modification|lastmodified)_?(at|on|date|time|dateutc|date_?utc|timestamp))$/i;
const sinceParam = /^(updated|modified|changed|last_?(modified|changed|updated)|since_?last_?changed|(updated|modified|changed|update)_?(since|after|from|gte|at_?min|at)|since|modified_?since|changed_?since)$/i;

/** pagingNames is what parameters and keys of paging are usually called. */
export const pagingNames = {
  cursor: /^(cursor|next_?cursor|after|page_?token|next_?page_?token|starting_?after|start_?cursor|continuation(_?token)?|bookmark)$/i,
  page: /^(page|page_?number|page_?no|page_?index)$/i,
  offset: /^(offset|skip|start|start_?at|\$skip)$/i,
  limit: /^(limit|per_?page|page_?size|count|size|max_?results|top|\$top|page\[size\])$/i,
  next: /^(next|next_?cursor|cursor|after|after_?cursor|next_?page_?token|starting_?after|end_?cursor|continuation(_?token)?|offset)$/i,
  total: /^(total|total_?(count|items|records|results|elements)|count|item_?count)$/i,
} as const;

/** updatedField finds the field that holds the updated-at. */
export function updatedField(names: readonly string[]): string | undefined {
  return names.find((name) => updated.test(name));
}

/** sinceParameter finds the parameter that asks for what changed since a time. */
export function sinceParameter(names: readonly string[]): string | undefined {
  return names.find((name) => sinceParam.test(name));
}

/** idField finds the field that holds the id: `id`, one that is named as in the path of one record, or `contact_id`. */
export function idField(names: readonly string[], object: string, pathParameter?: string): string | undefined {
  return names.find((name) => same(name, 'id'))
    ?? (pathParameter === undefined ? undefined : names.find((name) => same(name, pathParameter)))
    ?? names.find((name) => /^(gid|uid|uuid|guid|_id|key)$/i.test(name))
    ?? names.find((name) => same(name, `${object}id`));
}

function plain(name: string): string {
  return name.replaceAll(/[^a-z0-9]/gi, '').toLowerCase();
}

function same(a: string, b: string): boolean {
  return plain(a) === plain(b);
}

const tokenNames = [/^(access_?token|id_?token)$/i, /^(token|auth_?token|bearer(_?token)?|jwt)$/i, /^(api_?token|session(_?(token|key|id))?)$/i];

/** tokenRank says how surely a name is that of the token that a login answers with, 0 for the surest; undefined: it is not. */
export function tokenRank(name: string): number | undefined {
  const rank = tokenNames.findIndex((pattern) => pattern.test(name));
  return rank < 0 ? undefined : rank;
}

/** isLifetimeName says whether a name is that of a token's lifetime in seconds. */
export function isLifetimeName(name: string): boolean {
  return /^expires_?in$/i.test(name);
}
