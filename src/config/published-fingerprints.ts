/**
 * publishedFingerprints is the fingerprints of keys that anybody can look up, by where they are printed: the first 22
 * characters of the SHA-256, in base64url, of a secret's bytes or of a public key in DER (SubjectPublicKeyInfo). The keys of
 * Wycheproof are those of its tests of Ed25519, HMAC, JSON Web Signature and RSA, as of commit dac1dd4.
 */
export const publishedFingerprints: readonly (readonly [source: string, fingerprints: string])[] = [
  ['RFC 9421', `
    xz7s0xi9OBPyQCpmDYqQAQ o6VvCvIYuIhwFGaXjBq6je VfljYbeMu4Tx_GBLBxjoK9 NFcWBst6DXG-N35nHdzMri V8oU1SD4ib5bxtkxO0QvYq 3FJLlGzK5hYWYYuu_IBzTR
  `],
  ['Standard Webhooks', `
    DEfdMMfaFM6AeLxGR0ISIY lq0szYFGKnZheK4Jpx31X1 904XILdhSIEP-utNxGpgDP
  `],
  ['documentation of Svix', `
    13KZL8b4VQAboVKEx2t0S0 LddF_5kSdq7VaCbeTkHZ2B LGhXs63J7o19w52SMx9odS zl2yWCgrlmP9JlfRafAuDx JrwXnu7ZEz9f1jiQ8ur7iq
  `],
  ['documentation of GitHub', `
    eE4uyaXmGwOzYt-CspLrpY L4iU2Q_7dWAJKEZMeDkggo
  `],
  ['documentation of HubSpot', `
    dBi_psxl16gWVDda5hbi5B
  `],
  ['documentation of Slack', `
    atv9F4UWyO_liW1NDWbScE
  `],
  ['RFC 4231', `
    AFcltIYJxF5rkgW3_wJ52d b_InaJL-w1CKbX7ZTZasgw dQg3y-qtr3KrCoUu4-BRd2 45-7dOnLTWYOWkzlrwaK0R Ra1LN8bi_Aos_MG12lJBMu
  `],
  ['jwt.io', `
    99g4cBuGxd-1e_lfvFzm3y Rl2a1dVSjr4oe13OT7UWII
  `],
  ['documentation of Stripe', `
    Ur_S3gouad_0UXUYWQrDKk eiAOuJrbCQT9W8WsTKxPlS
  `],
  ['RFC 7515', `
    yOzJNhoF4oXwTCb5VyExpt
  `],
  ['RFC 8032', `
    BuP9j9opu2CrWVV95h7bCu 3rLe053Cb84OYIW2_DS_a1 jTm6UKvlD3e2u4rntpJ6_3 5PmCtRrQvdh76CCyWf6AM3 I4jLG6HPC9n6CWGp7poGji
  `],
  ['Wycheproof', `
    cdTAP7FwXoQJoXtEjzQ8s8 ar-mPYBB70xo5XRoajm1eT UVr77CqBS1-rwz7tFzsuq_ R1TdLEnRWPGO96Go_3Bb-G Z2lG3cWyVzAg7M_9xoNQiK 22AQkowVKhfjnr991lWpDE
    PJJxM6m7bMhomYRz8TiWJz CFs8Z6QwkjJ7PewQoPCOvr 299bOFElx3AjY1QJS_OAec WVM61SVrAMkDwARLf6Wz2J j3HY8hEdwF4_1thOs7iYor 7I1QvoYI5bkQdMo1c9hxxp
    T1yOaLvB_5uS8W7cA3eADX WY3yDMBTn-Tl0hTENPdJ41 2jh9bUgHiDdO9SMBVQpAJf iTDfEw6naOvcZbcTuR4sGj LYM20UlLzJ8A1u9ZIMJhna OxM6Lj1inOgNQdOEwMCEBp
    y8ZUgqF5berrqtmr7gQ21v 7MeuNRTDuNQExmnAu703f_ s67AMni9E0-Rru6hX3G-ua WDb5POgPl_0DAJgTMMedMq Q0GFh8r8n45PzIrnrkPDlI eJKVz7DTCnWtQvO1gBlttr
    S2B-paRjU4SYFUZjzQA9-0 hsNxC9VQwZxhclK6oFjgEm jn35JE8lXT1a3kdZMgsoQD U0nefJe4ahWWg_dzjwtV6N H6N7zOj8qR2iWuw6T7KQSr akwh9__cw7xxPEYcDQICKx
    lkAs4FvgtekGh2DG-MRrDF T_hhrAHvwdWMlSdMtc8xkk ErryHpnBHPQMBM-eQay_3q ed1vfHjPzAlB_S4w6zjjbM _82toZn3x7HdGpNqFSI5Yg TMtG5AuV1NoXw6PS4eSzeg
    Msyj9P8OGNUQpSoBeOVyly 8ih8Q0i0OZDinlQ_FlFAYq t4pksqO6mzjNOn1z6oRFZV Zn4X70MCYoDw4EoaX7uSil j7HreXLVXBwljHR-_b5zOq P4NbxuG-FW_jVF058BN3Z4
    smPwuoAAPiV0-3z2_9nNH0 nUiKDimet-F_dC3ho2Hn0_ kZ4wA9zj30KfVcoBEdiP4L 3EDiyHkDLHPItudczRx3_b bwUSAu6ZQ83xaAJ_-4eeCf 9emH4ORN5RB0Ox3jfUdLB9
    ujsWHgxlcI7Pue8rvqf98D QMdCIfhluUuXr5NtQ14Fk7 yWN3irWUYKMuLniu097d2K 9YdvkCPQNu-gbDJsFfojxl 1R0XM4wxlM5aPZYDs5uC6K nqocZldfPuxDa49x2JVvm7
    CQe_IhpblRDN5MNthKOgKr hMK6cXTkfLcnTKPGI0r-0C XVW0MhlmHbmP3qHMomD-NF sMw4RwHo8RW-K78ZCZQNFO RW9hWfzIPyUNAN-729zIzg eEJ63E4naOeCuSWW6iy5hK
    aAUQKKfk23auj6Jy3EGMf8 gWFd_BVL6xhvUWeEs4gYHu 0Q_2IovKQPa39Iqv-pepnh 2Hsk7gA1mpk81gKEYrRVwZ NDxNP7L-qRrhGS9cpg-Rjm dZSWDLB0zIm7eeUR4m-OdK
    YquY4HVmu5a2ro5toIZVSi Yndx8l2kJtH5rjFeQhBtcA xkeaFaUKxM2bZBTifGm_Nz c-x0RYBZxwyuPwrehmP-Da Zmh6rfhivXdsj8GLjp-OIA g1dxugyELsTv6itWVhEfpg
    tktdhyx2u3i9KLKR0pl0i4 6Oxj-XH3Zp8vHTlxpJAVK- e-qKKeyiccUSrtwu50uk2x _tRBXgQ7mz45RR055rF7iS 3utG4qXqnqm2Ir-G7pmJ66 aQJEAJLBzVBpirsVtqwzlV
    fY7PwyB1VRToyAYu9a_N9H NtwnHV9Xt7YMpIN92QIJ6b Zt6dgOSqveKC9J2sIWlRr_ BKeAf7h2hcKaV-ui-eIp72 zP4K29zWCKrCc1FHW3KGty hAHYheUzsEjOgi1PXYkacu
    ixwyi6vqSHBagE7sezKAM3 b9SabFSaczqS3hxniixXDf poN22miPvNWDWXSEqpXPEz ANFuzTzyKnHr5__U4GxC9j 1MD1OdEkDGBE5RryBT7mi7 ENKnsu0P9pniKOzssMPiJZ
    AY7RwXa8Fke-eFgdBkCP1I sCoNkrDoeDwoNGpc20G8ek j8usbvfMcg-aGPyZHJ3KiH 6ZcI4ldrcXB4ljrEj3zFg9 ZydtlFvdALVKPtifZqXkm6 i6q4VXARTI200O_M52xSVY
    ydQNk3McKiUwS_SjRdB7KF ozxniDNs-BydHl1LQsYKNB 566_V39gQS8DEtRCxwofph eAPnqtYXMNdWMk9U1DY8rj oC3gFe-upVZru_A4PEeWaN zs5ls8O6Nh6eO6XayZSNFf
    L6hfAcOa-0ITgqjjMOdMYb HOyLqvZqPoaoz9zNY1SKtT tnJsAXrU6LwsNX68t1n0gi SC8DkTw6JGhXDGTtE7eFif cWPJHG1iYyMpDGDsLrh8ha UnuWQ91NqGbqrJVNQiZc9Q
    YNGdyGgOcI2_XSI4vVEzp- i-nDY7XecH_g4JMPgA-YoU tyDnST6nGGt2maQsCCcfho gYxsA93Nnt9bqDt5ZAc926 aOaK_NcbjSaASf-AtwUiNY lbkEC-uOfndUaNPBzC9bVD
    Bj9ju62IB0oNpcgjqpGjgW ZFYBx4btRqpR1WpdYxeY5U TIKl-QDzsZw8GwDyQY5Ofa kIntiWFQOGNZ_kVzNh8EBR hidnoR40HFU0CT4YGxRPkH vEfoWbOb1TZTU-DFVpwym4
    mqbWzsrABRS2CyVPdGVoak fxjkn_sIMRNc62u4xiq_lx fK6YqZGl2miJAgIbf76EgS FcaMb4ZXZuQbkasgGwlDFp lPAX-PWUOYawJM5rhaB9hM uljYoibfGRNF3COzgtya5B
    MfIuUP5m16br4Y4lmeSfAX Y7C6zmczbL6dcwikIBSzdg ox9stgEYKGSUvc2xuIUgyB zKcb9CqCvKfv7ZaiPHiRFV EYsdu_ErSLY_1hJHqdFHC7 4Dy3yUwqtrjRYu-6uEAOaT
    y8ASUGwpQKLg0E8Spg92ht cpuyNwVFPXxqNf-Me9Y3Ah AqwV7MwJ44ShPPZBeV_2SC xJXRWPZqru39kLWEaKgjxB AoeIAe6Etk3b2-QYJGtx1l 4B_d8R_zKErn-wshoGhVqC
    lMTqlAqoAh_1_vhMR5pg_M rq0q03yM6T4hvyFX5P5K3Q MhV4TzHttlrnJu-BCiwARj W4zTxu2r93EOPyE8kDFhBT LAtyifNbxNaL0J8NFuQ_lw MGfTIdn2cvq9MpSPWQna5Y
    VZeY3dtTrtdKLJKO6nt1rW V2gE6yu3bVWRekXcNdJTgf fJJa5qgCpp3PQZPxuzJYVL noJhttenl63JTCKcdIYDoK LHG5IU7rhEXmwMNZbr6Y7S HzKzQirW4GBFw3eK0rXgY-
    KxnaBJ9wDyoa--N1S52kEA 23uxoKfMYWC43wIETsgeCo dD3lSHmZbdH6EPRCppfm7b sTc-DZrDeKlj_RSrk9o9Gx xTd-fn3ReYDVjZfNI-ImOx hki1X1tIjrocgV_hDIjS-v
    JQW6L_AiNRWCcOzRMm3Lkv qVVrSW1iRzSPT37RhoGJvF K4yPWB2jNaibpqGHiFCxVR Yw3NKWbEM2aRElRIu7JbT_ vor0mWcl71bUgG4UnQ0bKH rgXVmNkKsyrv6-hfPNSC0k
    0B5I9KkUpFVpOlOPTYVc25 9VN3Vmf0d2rCBFakg83ni0 DjzPg0MrmNgXxYOe3Jgv0T wqUZA-U7aPrRuxrqVxugG4 h_d_WbUsK4XyfMMqabe8F5 cpRnX55Xe6FpdGYLBBo0e6
    vVal4hQjXJ7VZ8dxJ3ZkKI s1-MDMKNOsAfmd4MJPKff4 HYDeGkC_lEFicppr178fDa BwAwsyyWsIjGx4Vc86HFa_ QfC7FuricsV2or4Mxj-ef0 AZQ3PLiDvCMdlATVQ5gGIw
    WE4FdcNI5WwfM_dUZGUSdQ oFN3Curlv_10YQmX6oVXmI 5FsfppxiduYSeYPUBUemIh EKEFbdM6WldKdlvXO8Xy7B rJefMmLlj6oN456XLenuIg yt9LNN7SUxzE0xjX5dj2Ub
    MZszqPtGwq0hZ6TD6BVlgL o1LdtkU89MxNWGgEFWuN0x DIoBaN8Lhj5kHhV1KZEarj Inuw8oLVJCYdmYaiTvW69O 03pNka1SdJvnrZLgNmkiy6 ctRKgC37U80lddkga1LEA4
    LVykEZKnbyObg7k-DybVXP YMrGWufavrpiHAMQJMrjSH S6bUk5ToZ-wEkuiOc8Wh5E XEYfT_mMFUFG9LGWvkTuyk jpWb6XWGLqukBMTgN9krh_ ex3FfxC5FQkaUXZ7WwH79F
    dvrU-_Q54IaTFipcbLb8Ps ZLjrg3XU5IGaazZjaTHlZI gIm4jmCdap-44Bw1etaw8c YqAAY3i0CdemVWJV2j73PU Y2A48HTpipeHTPAKD2DGM- 6Alx9kvJxEg9n5g5ntK1_N
    z_TgEJ0oBrBfoPNIzrFDxD 29CW5sZja7G1ZJr17DSRE2 5_nRZU0rZ7p2OY7eD_rnhM Swl55nuh0qRMGxXGy_hudW pd1LMUtNNqxwkU9N36-oyY 3PS9uGj7J45756yBEU8vEp
    V8p7XjU7e4Tgc9YKbRvDFJ tqVOGnKtmMPM1HSEDkwR5Y VWko93vBQVOuOgCy0cG5CW CUqyAh55X8J_FEGoVF1wEe VaPtoOXTMup97BkcqFv5bQ ioSX-ENYmEl2R9cdzm5Fdp
    6bKf-VuqnlHsAY20cRwS7N 241z9P0RqCnqVPVQFZ0WL- l4VnlpxFj8fXEX1ukAB5tm p8KbntoPLV9lN7pvrGCgHC WV8PW-By6VMJSzkpaoA446 ghs_gTUo-WSq1jwgBSyu4g
    sCPXcERwU49GxCe7x5ENiI 6rQNW68Udq9AOsh6w71Jrh JWv7UP2fnQ1-EreAo4dx8L ATg_bD1llGqFEQ8gZirNqe qaxNFBiLxJzGFON6A6N3z6 nsOX2tncfFpTw2x62o4Nof
    2vmrX8co_7O8VlEW8VWXLg mE17jbQwi3Lfe1j5Vke2fx SuvZ-7fadtef-eFNoDH84V WUUjDCylNeGZhWQRsULZIV Tb3CsrYssAdJeFvIQgIjbb UpsveNdAeWqd2kJbNtidBL
    iwinVOlFIJC0rOicb_wY-l xwtzNTyzz0TZSROU24R2WC Ku4KqNLjin-smv5_VFdrHj Yu6xTYFJFrcpL0XoQyUI7n 1OYAxI-ToVldZACGyJARbS 5-8V6YY9gFp5vNn_K6s_zR
    ssWTed62NIt1ds-HJwBZu7 e0ff509PEuEWNXf2FqLgET Dzlv0-E07B4x3dj2awTLS9 t9MuY9chOkgCa4YAWp2Zru 3djWsytxKBbDU515XmS81M IytyXg_-psxUfKTeEAtRx-
    hQyrKB8qwdlEEWjiDw7XPR i0sF5xKUL_JIuUgu61SSWV bU7W8GI7xKIubxm9bvr9xA ouLYFsuJzVmhNKgI0xfQIl E72qZG_b7Z-5_D6vbaqt-M lJaNMZKRTdGOeh0W0XKpid
    Jo2h8V6d_FPC49DFgbxMcl Zgkvnq6eyKaJVXjr2LLwHi yy-Ha1AQQy_QJsOnAdYDKD UEEfwOLA0c4HTXtrhuqBBs -XY60Q9Zu_YjjmoNqODwWu pBCXoUzDjgZOG0Fc93pRN-
    uiwAAwii0I-QtnkycwjT2T q0QnK0MRhWF81bOj6IpbCV iPVKSmR04k8cNC2l8fjgtw aFJmkHpLgY0J0PmXRxUFlu ohJV9tEJK7MIOlPNjHnmmC hFU35PGpL5TecPWSeOXy-t
    POXnz9cOASeL0_Xk4_iwI_ RrEHfAX_vg3tJaLeBgyEa- 05MzrF_5m0j72xdl8DCPbh hIAYuU-hm2IbEkq-hy89eC 6d2AEBzuO3oLME5t5yVzYr Mkw17wLomWefOhqXIwxMUJ
    Vjedg5YzUYVbIwsW5VCpCq qFEqhPxutZfyWq2zzNX8E8 ShSECGWKyoRlrT3twqzivq M1yYYXVcwNk3nXQ6svblMs xFptu4TMYH-ZAYHqBkHXgZ KAE2VGdoRJaUE4YOOpbqgd
    buLoulowu9DmVT3c0ZsS-V QBN4IXgDvOqGvafawraj6F IxXjHpqdxF_D1kZ9b8x37g ili1J0L05-7FS92PMbEvMx b-AdEitZA_BEm5A6FD2jAq x82c2OCh3ps-WnCIvPl48X
    LqyDhZLZ997y9LR6HK4ebh owQAm0_rRKi7ROBrgO-35H _RAUWmod8tOqmbTONLozxq N9aYP-eHLNJPwGwcA5eNha enKngfkB51f2Et2_P6OcyP nXv0eQGadrxpiAaZG6k4af
    Vv7IxmwZTY0p0TVIBs08IL 3O2cOIzE25GI_ziulaPLEl B8tEL53nNX74LerLwwMErI zXML_n0Xfu8ysB64HEEtwo LmFU_85C9QAwU7RDj2rii9 h9xkdJ0xzzyAipgCSP_Dr6
    N0Cq97etXlFNiIW1sjzfUt ckc_5Bm_IQvM5bSLG84GqN QtVHCTs7SLjKxSxTVmjue9 TykkeDxLyr7yH7LhZ6oCtQ 3OiU16wyyAOFDVLpzzMxtT _eq5rPNxA2K9JljNyaKej5
    BshH3jrAXau-W2Wahp5MII iFaD7t7d-SltwNiNHS9cs0 XHlMpvy5EEk5XMqw4aRzdt 5RZaCD7QZELHpm0hdHUwXo QwVeS3o-mT-SnO9EK9SsCU HgHl5DK4D2sp08KO9Fkv7w
    F4icAaL51IqaPYU84Ie5Vx USpD5BQzBimKRFvg_nEWJg 3HlA7jRPLnRnJsMf0O18Rj Syh1aPu623SPLtk4gU1pbu trbrdplHj2BN01QaW78fi3 9F1V5uQoacmS8fvW70H-cH
    DrpIll8F9AYl5Hca7Cv-tn T2ONnzAAxiqbHQ5tb945pO EnKhg0dbbPmtzgm3jTB_Z4 LigqjjDaRHreev5Nu-Ng-4 Dg_utYDLsqworb6p-F0Jcn sX6ZOGDvE1fRX_RLw93am3
    ZNN0oGE3llS4fg1Pvzkl13 0VUpnHx7roD4hb-C13zJqO q88XAAOtTgRsJHG8nsb9-E Cze23vDetYCAL5RHr0A4Ac XX_Aon3C2D3f6PJcJE2n7q 1Fw8_MS1vJ27axdTLfccDy
    NyUVPYUw7IJdVgb49hgLJW rIar9z1xAhCqJTihhcp2Jd 7HELvvj-9KxVuXBLH26ckA GGujuHYQGNcBcpeoePuoBz YoBWuBZBWe-XIvQalSHhRc Zb_va8HTfhukvO_oSqTwDh
    s4ophMNqXnT8GNsCeNDe09 hUvdf0n3qnEqHa6p2prPD5 rmfWmZsu3NWux7a0hHz_YU
  `],
  ['documentation of Shopify', `
    3IMxvLIoPonSdaHC_mb3v1
  `],
  ['documentation of webhooks', `
    n4bQgYhMfWWaL-qgxVrQFa YJuXsDI5QBvoI13Wj0pT6k JZA4jyfcyuhpEQCVKNfzAq
  `],
  ['placeholders of documentation', `
    XohImNooBHFR0OVvjcYpJ3 BXugPWxEEEhj3HNh_kV4ll
  `],
  ['documentation of AWS', `
    eDFLEb4uWBVJrBxPYWVj-t Gl1EotyhlmnXLt9MTxwnxM
  `],
];
