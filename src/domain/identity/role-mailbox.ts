/** The names of RFC 2142 ("Mailbox Names for Common Services, Roles and Functions"), and those that companies add. */
const roles: ReadonlySet<string> = new Set([
  'info', 'marketing', 'sales', 'support', 'abuse', 'noc', 'security', 'postmaster', 'hostmaster', 'usenet', 'news', 'webmaster', 'www', 'uucp', 'ftp',
  'accounting', 'accounts', 'admin', 'billing', 'contact', 'enquiries', 'enquiry', 'hello', 'help', 'helpdesk', 'hr', 'inquiries', 'invoices', 'jobs', 'mail',
  'no-reply', 'noreply', 'office', 'orders', 'reception', 'service', 'team',
]);

/** isRoleMailbox tells whether an address, in its normal form, is that of a role and not of a person: `info@`, `sales@`. */
export function isRoleMailbox(address: string): boolean {
  return roles.has(address.slice(0, address.lastIndexOf('@')));
}
