import { createHash } from 'node:crypto';

/** SHA-256 of secrets and keys that stand in public documents, white space taken out, and where each of them stands. */
const fingerprints: ReadonlyMap<string, string> = new Map([
  ['253d44e8ad0886f78ea5fdc361b6aabc687d430e2c1c15a5dee01dc994429e6b', 'RFC 9421, appendix B.1: test-key-ecc-p256'],
  ['c5a61a4793db430619819c95e7fe0563a1ceecb9a1a505c1a1521cf937136bbd', 'RFC 9421, appendix B.1: test-key-ed25519'],
  ['93781530c967244b22715efbb67aca45f170de35dac84ff74f3a817fc003d334', 'RFC 9421, appendix B.1: test-key-rsa-pss'],
  ['efacfa898a22baf2c910f8379e73a361cfd452a3161eef14fdd680fb13ab6f5d', 'RFC 9421, appendix B.1: test-key-rsa'],
  ['dc524b946ccae61616618baefc80734d16f0a8b830cbcb152c4480c15c4da2ea', 'RFC 9421, appendix B.1: test-shared-secret'],
  ['784e2ec9a5e61b03b362df82b292eba588fef39622396ff70ebe3a58482f0335', "GitHub's documentation of webhooks"],
  ['7418bfa6cc65d7a81654375ae616e2e41e57d88cf56f6390fb3438ee5155bf13', "HubSpot's documentation"],
  ['6adbfd178516c8efe5896d4d0d66d2704d167cbb4ca881efde33af658d39826f', "Slack's documentation"],
  ['96ad2ccd81462a766178ae09a71df55f548a3f66da11606f9cdf40b391e22dd0', "the Standard Webhooks specification and Svix's documentation"],
  ['0c47dd30c7da14ce8078bc464742122187d516456e901ac0c3006dabcec0f743', "the Standard Webhooks specification and Svix's documentation"],
  ['ce5db258282b9663fd2657d169f02e0f1efea3868e65bc3ea9bd78b4da414f07', "Svix's documentation"],
  ['2c6857b3adc9ee8d7dc39d92331f687520a99054e70f2598024f7970b1a3fbe1', "Svix's documentation"],
  ['7a200eb89adb0904fd5bc5ac4cac4f9528b0ac7bf03cbc2aa1508c26b055776f', "Stripe's test helpers"],
  ['52bfd2de0a2e69dff4517518590ac32a46bd76606ec22a258f99584a6e70aca2', "Stripe's test helpers"],
  ['2590388f27dccae86911009528d7f302a6909c6ef2ce2a8630274270c49f9979', 'Standard test vectors of webhooks'],
  ['dc8331bcb2283e89d275a1c2fe66f7bf5ac3163ec1967f149dd7e27906365f0c', "Shopify's libraries"],
  ['2dd745ff991276aed56826de4e41d9d81b006c671a1491c08e9fc74e9362d95a', "Svix's documentation"],
  ['d772992fc6f855001ba15284c76b744b43f6db137e7cb1f91de80ef32ade87f7', "Svix's documentation"],
  ['609b97b03239401be8235dd68f4a53ea4e32183a775fb958b1c745e173586d73', 'documentation of webhooks'],
  ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', 'documentation of webhooks'],
  ['057ba03d6c44104863dc7361fe4578965d1887360f90a0895882e58a6248fc86', 'placeholders of documentation'],
  ['5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8', 'placeholders of documentation'],
  ['2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b', 'placeholders of documentation'],
  ['1a5d44a2dca19669d72edf4c4f1c27c4c1ca4b4408fbb17f6ce4ad452d78ddb3', "AWS's documentation"],
  ['78314b11be2e581549ac1c4f616563fad3fdf0c3b71678f6e2299182080e0598', "AWS's documentation"],
]);

/** publishedTestKey says in which public document a secret or key stands; undefined for one that is not known. */
export function publishedTestKey(secret: string): string | undefined {
  return fingerprints.get(createHash('sha256').update(secret.replaceAll(/\s+/g, '')).digest('hex'));
}
