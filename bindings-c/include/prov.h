/*
 * libprov: two-factor phone provisioning for any PBX.
 *
 * The library is pure: it does no input or output, reads no clock, draws no randomness, starts no thread, keeps no state and
 * calls nobody back. The host loads records, calls, stores the records that changed (compare-and-swap on their revision),
 * performs the effects, and only then answers or speaks.
 *
 * Rules that hold for every call, and that the comments below do not repeat:
 * - Every call that can fail returns a prov_status. PROV_OK is 0; 1 to 99 are this binding's own errors, 100 and above say
 *   what was wrong with what was passed. Numbers are fixed for ever.
 * - Results are written to the last parameters, and only with PROV_OK. The two exceptions are `needed` and `error`.
 * - error   the last parameter where there is one: NULL, or where to put the details of a failure, to be freed with
 *           prov_error_free. Written only on failure.
 * - buf, cap, needed: text goes to the caller's buf of cap bytes, with a NUL behind it. Too short is PROV_E_BUFFER and buf is
 *           left alone. NULL with cap 0 asks for the size and is PROV_OK. needed may be NULL; it is set to the bytes wanted,
 *           NUL included, with PROV_OK and PROV_E_BUFFER.
 * - Text goes in as pointer and length in bytes, in UTF-8, without NUL; NULL is allowed where the length is 0.
 * - Instants are UTC in milliseconds since 1970, from 2020 to 2200; 0 in a result means none.
 * - entropy: 32 bytes drawn from the operating system (getrandom) for this one call.
 * - Handles are opaque. Any handle may be used by many threads at once, for it never changes; prov_dialogue, prov_dtmf and
 *   prov_aggregator do, and make threads wait for one another. Each has its own free, which takes NULL; after it no thread
 *   may use the handle.
 * - Structs with a struct_size are prepared by their init function; structs that come back, and those of an array, are passed
 *   with their sizeof.
 * - Views are borrowed texts of a handle that never changes: they live as long as it, and have a NUL behind them that their
 *   length does not count.
 * - Numbers of kinds (files, answers, effects, ...) may grow in later versions: have a default case. A number that this
 *   library does not know is PROV_E_ARGUMENT.
 * - A panic is a bug in this library and is caught: the call gives PROV_E_PANIC. The records and results it had borrowed then
 *   give PROV_E_POISONED to everything but free. Tenants and models are exempt, for every request of their devices needs them.
 */

#ifndef PROV_H
#define PROV_H

#include <stddef.h>
#include <stdint.h>

/* A string literal as text and length: prov_mac_parse(PROV_TEXT("805ec0010203"), mac, NULL). */
#define PROV_TEXT(literal) ("" literal ""), (sizeof(literal) - 1)

/** The version of the binary interface that this header describes; compare it with prov_abi_version(). */
#define PROV_ABI_VERSION 1

/** Source over its limit and the request unproven. */
#define PROV_RULE_R1 1
/** Device unknown. */
#define PROV_RULE_R2 2
/** Device inactive, MAC not authorised, or certificate of another MAC. */
#define PROV_RULE_R3 3
/** Suspended, and the source fits. */
#define PROV_RULE_R4 4
/** Blocked. */
#define PROV_RULE_R5 5
/** Permanent whitelist. */
#define PROV_RULE_R6A 6
/** Temporary whitelist. */
#define PROV_RULE_R6B 7
/** Certificate or present credential. */
#define PROV_RULE_R7 8
/** Accepted token inside the delivery window. */
#define PROV_RULE_R8 9
/** Installed device, once. */
#define PROV_RULE_R8A 10
/** Credential old or forged. */
#define PROV_RULE_R9 11
/** Delivered, and nothing else fits. */
#define PROV_RULE_R10 12
/** Required, accepted or failed. */
#define PROV_RULE_R11 13
/** The transport may not carry secrets. */
#define PROV_RULE_R17 14
/** The device belongs to another tenant. */
#define PROV_RULE_R18 15
/** The model has no restricted rendering. */
#define PROV_RULE_R20 16
/** Challenge for HTTP authentication. */
#define PROV_RULE_R21 17
/** A common file without a MAC: no tenant data (STATE-TABLES 4.3). */
#define PROV_RULE_STATIC 18
/** A method other than GET and HEAD (STATE-TABLES 4.3). */
#define PROV_RULE_METHOD 19
/** A file beside the main file that holds no secret (STATE-TABLES 4.3). */
#define PROV_RULE_SIDE_FILE 20

/** A device was created, or created again. */
#define PROV_AUDIT_CREATED 1
/** A device was imported as installed (SPEC R24). */
#define PROV_AUDIT_IMPORTED_INSTALLED 2
/** A device took over from a broken one (SPEC R24). */
#define PROV_AUDIT_TRANSFERRED 3
/** A PAP was right. */
#define PROV_AUDIT_PAP_ACCEPTED 4
/** A PAP was wrong. */
#define PROV_AUDIT_PAP_WRONG 5
/** A source was locked. */
#define PROV_AUDIT_LOCKED 6
/** A lock ended by itself. */
#define PROV_AUDIT_UNLOCKED 7
/** A source was blocked by its wrong PAPs. */
#define PROV_AUDIT_BLOCKED_SOURCE 8
/** The device was blocked because wrong PAPs reached the ceiling. */
#define PROV_AUDIT_BLOCKED_CEILING 9
/** An administrator blocked the device. */
#define PROV_AUDIT_BLOCKED_BY_ADMINISTRATOR 10
/** An accepted PAP was not followed by a delivery in time (SPEC A12). */
#define PROV_AUDIT_ACCEPTANCE_EXPIRED 11
/** A full configuration arrived. */
#define PROV_AUDIT_DELIVERED 12
/** A device was reset. */
#define PROV_AUDIT_RESET 13
/** Authentication was suspended. */
#define PROV_AUDIT_SUSPENDED 14
/** A suspension ended by itself. */
#define PROV_AUDIT_SUSPENSION_ENDED 15
/** A second source asked during a suspension: alarm (SPEC A4). */
#define PROV_AUDIT_SUSPENSION_CONTESTED 16
/** Secrets were released again (SPEC S3). */
#define PROV_AUDIT_RELEASED 17
/** A SIP account got a new password (SPEC S5). */
#define PROV_AUDIT_NEW_SIP_PASSWORD 18
/** A device was deactivated. */
#define PROV_AUDIT_DEACTIVATED 19
/** A device was activated. */
#define PROV_AUDIT_ACTIVATED 20
/** A device was deleted. */
#define PROV_AUDIT_DELETED 21
/** A deadline lay too far ahead and was cut: the clock was corrected (SPEC A6). */
#define PROV_AUDIT_CLOCK_CORRECTED 22
/** A temporary whitelist entry was made or renewed. */
#define PROV_AUDIT_TEMPORARY_LISTED 23
/** A temporary whitelist entry was not made (SPEC W5, W7, W8). */
#define PROV_AUDIT_TEMPORARY_REFUSED 24
/** A device was let in because a neighbour authenticated (SPEC R6b). */
#define PROV_AUDIT_ADMITTED_BY_NEIGHBOUR 25
/** A request was denied. */
#define PROV_AUDIT_DENIED 26
/** A restricted configuration was given. */
#define PROV_AUDIT_RESTRICTED 27
/** A full configuration was given by a binding to an address only (SPEC R19, S7). */
#define PROV_AUDIT_WEAK_BINDING 28
/** Secrets left over plain HTTP (SPEC R17). */
#define PROV_AUDIT_CLEARTEXT 29
/** The policy is not enforced; the rule is the one that would have held (SPEC R23). */
#define PROV_AUDIT_NOT_ENFORCED 30
/** A confirmation for a lease that is not the last one was ignored (SPEC A14). */
#define PROV_AUDIT_LEASE_IGNORED 31
/** A restricted answer may have overwritten a working configuration (SPEC S5). */
#define PROV_AUDIT_OVERWRITTEN 32
/** An accepted token came after its window (STATE-TABLES 4.1). */
#define PROV_AUDIT_TOKEN_LATE 33
/** Path and User-Agent name different MACs (STATE-TABLES 4.3). */
#define PROV_AUDIT_MAC_MISMATCH 34
/** A PAP entry was not judged: its enrolment is of no use any more. */
#define PROV_AUDIT_PAP_NOT_JUDGED 35
/** Location or other descriptive data of the device changed. */
#define PROV_AUDIT_CHANGED 36
/** A source asked for more unknown or forged MACs than it may: it is throttled (SPEC R12). */
#define PROV_AUDIT_SOURCE_THROTTLED 37
/** A PAP was not judged because the source or the tenant had too many wrong ones (SPEC R12). */
#define PROV_AUDIT_PAP_BUDGET 38
/** An unknown device was put on offer (SPEC D5). */
#define PROV_AUDIT_ADOPTION_OFFERED 39
/** An unknown device was not put on offer: the pool or the share of its source is full (SPEC D5). */
#define PROV_AUDIT_ADOPTION_FULL 40
/** The emergency service was called (SPEC C2). */
#define PROV_AUDIT_EMERGENCY_CALL 50
/** The emergency service called back (SPEC C5). */
#define PROV_AUDIT_EMERGENCY_CALL_BACK 51
/** A call or another request of an account was refused (SPEC C1, C6). */
#define PROV_AUDIT_CALL_REFUSED 52
/** A roster with the PAPs of devices was exported (SPEC X1). */
#define PROV_AUDIT_PAPS_EXPORTED 60

/** A code of the app let in. */
#define PROV_MFA_CODE_ACCEPTED 1
/** A trusted address let in without a code (SPEC M9). */
#define PROV_MFA_TRUSTED_ADDRESS 2
/** A recovery code let in and is used up. */
#define PROV_MFA_RECOVERY_USED 3
/** Two codes in a row of an app whose clock is off let in; codes are now judged around its clock (SPEC M11). */
#define PROV_MFA_RESYNCHRONISED 4
/** A wrong code of the app. */
#define PROV_MFA_CODE_WRONG 5
/** A code that was used before (SPEC M2). */
#define PROV_MFA_CODE_REPLAYED 6
/** A wrong recovery code. */
#define PROV_MFA_RECOVERY_WRONG 7
/** A wrong enrolment grant. */
#define PROV_MFA_GRANT_WRONG 8
/** Too many failures locked a class of sources (SPEC M8). */
#define PROV_MFA_LOCKED 9
/** The clock stands before the last accepted step (SPEC M11). */
#define PROV_MFA_CLOCK_ERROR 10
/** The tenant demands the factor of this user, who does not have it yet. */
#define PROV_MFA_DEMANDED_BY_TENANT 11
/** Recovery codes that nobody confirmed to have been shown were replaced (SPEC M7). */
#define PROV_MFA_RECOVERY_REPLACED 12
/** Recovery codes whose tenant key is gone were replaced (SPEC R22). */
#define PROV_MFA_RECOVERY_OUTDATED 13
/** New recovery codes were made at a login by code: all had been used (SPEC M7). */
#define PROV_MFA_RECOVERY_USED_UP 14
/** An enrolment began. */
#define PROV_MFA_ENROLMENT_BEGUN 20
/** A wrong code at the confirmation. */
#define PROV_MFA_ENROLMENT_WRONG 21
/** Too many wrong codes: the enrolment is void. */
#define PROV_MFA_ENROLMENT_VOID 22
/** The factor is on. */
#define PROV_MFA_ENROLLED 23
/** The new secret is live, the old one dead. */
#define PROV_MFA_ROTATED 24
/** A confirmed enrolment lifted the lock of its class (SPEC M8). */
#define PROV_MFA_LOCK_LIFTED 25
/** The owner made new recovery codes. */
#define PROV_MFA_RECOVERY_REGENERATED 26
/** New recovery codes were shown. */
#define PROV_MFA_RECOVERY_SHOWN 27
/** The owner reset the factor. */
#define PROV_MFA_SELF_RESET 28
/** The owner switched the factor off. */
#define PROV_MFA_SELF_SWITCHED_OFF 29
/** An administrator demanded the factor. */
#define PROV_MFA_ADMIN_SWITCHED_ON 40
/** An administrator reset the factor. */
#define PROV_MFA_ADMIN_RESET 41
/** An administrator switched the factor off. */
#define PROV_MFA_ADMIN_SWITCHED_OFF 42
/** An administrator lifted locks. */
#define PROV_MFA_ADMIN_UNLOCKED 43
/** An enrolment was not confirmed in time. */
#define PROV_MFA_ENROLMENT_EXPIRED 60
/** A grant was not used in time. */
#define PROV_MFA_GRANT_EXPIRED 61
/** A demand was not met in time: the account is locked (SPEC M6). */
#define PROV_MFA_DEMAND_OVERDUE 62

/** The factor was switched on. */
#define PROV_TOLD_SWITCHED_ON 1
/** The app was changed. */
#define PROV_TOLD_ROTATED 2
/** The factor has to be set up anew. */
#define PROV_TOLD_RESET 3
/** The factor was switched off. */
#define PROV_TOLD_SWITCHED_OFF 4
/** A recovery code was used. */
#define PROV_TOLD_RECOVERY_USED 5
/** New recovery codes were made. */
#define PROV_TOLD_RECOVERY_REGENERATED 6
/** A lock was lifted. */
#define PROV_TOLD_UNLOCKED 7
/** Too many failures locked a class of sources, or a demand that was not met locked the account. */
#define PROV_TOLD_LOCKED 8
/** Somebody who knew the password failed at a new source. */
#define PROV_TOLD_FAILURE_AT_NEW_SOURCE 9
/** Two codes in a row let in, and codes are now judged around the clock of the app that showed them. */
#define PROV_TOLD_RESYNCHRONISED 10

/** German. */
#define PROV_LANG_DE 1
/** English. */
#define PROV_LANG_EN 2
/** French. */
#define PROV_LANG_FR 3
/** Spanish. */
#define PROV_LANG_ES 4
/** Italian. */
#define PROV_LANG_IT 5
/** Polish. */
#define PROV_LANG_PL 6

/** For a PBX that serves phones over the Internet. */
#define PROV_PRESET_CLOUD 1
/** For a PBX in the customer's own network: that network is whitelisted, plain HTTP is allowed there. */
#define PROV_PRESET_ON_PREMISES 2

/** The file with the accounts. */
#define PROV_FILE_MAIN 1
/** A file beside it that holds no secret: directory, licence, boot file. */
#define PROV_FILE_SIDE 2
/** The same with personal data, such as a phonebook: only for proven requests. */
#define PROV_FILE_SIDE_PRIVATE 3
/** A common, model, firmware or language file that names no device. */
#define PROV_FILE_COMMON 4

/** GET, or a TFTP read. */
#define PROV_METHOD_GET 1
/** HEAD. */
#define PROV_METHOD_HEAD 2
/** Any other method. */
#define PROV_METHOD_OTHER 3

/** TLS. */
#define PROV_TRANSPORT_HTTPS 1
/** Plain HTTP. */
#define PROV_TRANSPORT_HTTP 2
/** TFTP. */
#define PROV_TRANSPORT_TFTP 3

/** Render the full configuration. */
#define PROV_ANSWER_FULL 1
/** Render the restricted configuration. */
#define PROV_ANSWER_RESTRICTED 2
/** Serve the static file, if there is one: it holds no tenant data. */
#define PROV_ANSWER_STATIC 3
/** Answer 401 and ask for HTTP authentication, Digest where the telephone can. */
#define PROV_ANSWER_CHALLENGE 4
/** Answer with http_status and an empty body. */
#define PROV_ANSWER_DENY 5

/** A TLS client certificate for this MAC. */
#define PROV_PROOF_CERTIFICATE 1
/** The present credential of the device. */
#define PROV_PROOF_CREDENTIAL 2
/** The token of the accepted enrolment. */
#define PROV_PROOF_ACCEPTED_TOKEN 3
/** For a model that carries nothing: the address of the accepted enrolment. */
#define PROV_PROOF_ACCEPTED_ADDRESS 4
/** The token of another enrolment that still is good: it proves the enrolment, not the device. */
#define PROV_PROOF_PRESENT_TOKEN 5
/** A credential that is old or forged. */
#define PROV_PROOF_STALE_CREDENTIAL 6
/** Nothing. */
#define PROV_PROOF_NONE 7

/** A suspension. */
#define PROV_EXEMPT_SUSPENSION 1
/** The permanent whitelist. */
#define PROV_EXEMPT_PERMANENT 2
/** The temporary entry of the source, until until_ms. */
#define PROV_EXEMPT_TEMPORARY 3
/** The device is imported as installed. */
#define PROV_EXEMPT_INSTALLED 4
/** The policy does not enforce the rules. */
#define PROV_EXEMPT_NOT_ENFORCED 5

/** Authentication required. */
#define PROV_NOTICE_REQUIRED 1
/** Authentication failed; locked until until_ms. */
#define PROV_NOTICE_FAILED 2
/** Authentication blocked. */
#define PROV_NOTICE_BLOCKED 3
/** The telephone has lost its configuration: reset needed. */
#define PROV_NOTICE_RESET_NEEDED 4

/** The secrets were given before and the window is over. */
#define PROV_WITHHELD_CLOSED 1
/** The window is bound to another source. */
#define PROV_WITHHELD_OTHER_SOURCE 2
/** The release is for proven requests only. */
#define PROV_WITHHELD_PROVEN_ONLY 3
/** They are on their way to another source just now. */
#define PROV_WITHHELD_LEASED 4

/** Report what became of this answer, with prov_delivered or prov_not_delivered and its lease. */
#define PROV_FLAG_LEASE 1
/** Say Cache-Control: no-store. */
#define PROV_FLAG_NO_STORE 2
/** The enrolment is bound to the address only, because the model carries no token. */
#define PROV_FLAG_WEAK 4
/** retry_after_s belongs into a Retry-After header. */
#define PROV_FLAG_RETRY_AFTER 8

/** Passwords of the telephone's menu. */
#define PROV_SECRET_MENU 1
/** Passwords of its web interface. */
#define PROV_SECRET_WEB 2
/** Phonebook, LDAP, XML, 802.1X and VPN logins. */
#define PROV_SECRET_OTHER 4
/** The device credential: prov_decision_credential. */
#define PROV_SECRET_CREDENTIAL 8
/** SIP passwords, with prov_parameter only: in answers and jobs each account has a bit of its own. */
#define PROV_SECRET_SIP 16

/** The PAP was right: the full configuration is on its way. */
#define PROV_VERDICT_ACCEPTED 1
/** The PAP was wrong; tries_left are left. */
#define PROV_VERDICT_WRONG 2
/** This source is locked until until_ms, by this attempt or an earlier one. */
#define PROV_VERDICT_LOCKED 3
/** This source or the device is blocked. */
#define PROV_VERDICT_BLOCKED 4
/** This very enrolment was accepted already. */
#define PROV_VERDICT_ALREADY 5
/** Another enrolment was accepted, the device is inactive, or the enrolment is nobody's. */
#define PROV_VERDICT_NOT_POSSIBLE 6
/** The device is provisioned; a telephone that lost its configuration needs a reset. */
#define PROV_VERDICT_RESET_NEEDED 7
/** The enrolment expired, is of an earlier epoch or ended: the telephone fetches a new one. */
#define PROV_VERDICT_RESTARTING 8
/** Authentication is suspended for this source. */
#define PROV_VERDICT_NO_PIN_NEEDED 9
/** Nothing was typed: no attempt. */
#define PROV_VERDICT_EMPTY 10

/** The device changed: prov_decision_device. */
#define PROV_WRITE_DEVICE 1
/** A second device was made: prov_decision_second. */
#define PROV_WRITE_SECOND 2
/** The temporary whitelist entry changed: prov_decision_temp. */
#define PROV_WRITE_TEMP 4
/** The source guard changed: prov_decision_source_guard. */
#define PROV_WRITE_SOURCE_GUARD 8
/** The tenant guard changed: prov_decision_tenant_guard. */
#define PROV_WRITE_TENANT_GUARD 16
/** The guard of the /48 around the source changed: prov_decision_wider_guard. */
#define PROV_WRITE_WIDER_GUARD 32
/** The adoption pool changed: prov_decision_adoption. */
#define PROV_WRITE_ADOPTION 64

/**
 * Write this event to the audit log, with the actor of the call: event, old_state, new_state, source, rule, aggregate.
 */
#define PROV_EFFECT_AUDIT 1
/** Remove the temporary whitelist entry of source, if this device still is the one that made it. */
#define PROV_EFFECT_WITHDRAW 2
/** Revoke the SIP accounts of the device: end registrations, refuse further ones until new passwords are set. */
#define PROV_EFFECT_REVOKE 3
/** Play announcement in the dialogue, with tries_left or until_ms. */
#define PROV_EFFECT_PLAY 4
/** End the call. */
#define PROV_EFFECT_HANG_UP 5
/** Ask phones to fetch their configuration now: resync says which. */
#define PROV_EFFECT_RESYNC 6
/** Create the device of this request as active, if its model is supported: the policy adopts it. */
#define PROV_EFFECT_ADOPT 7

/** The PAP was right; the telephone is being set up. */
#define PROV_PLAY_ACCEPTED 1
/** The PAP was wrong; tries_left are left. */
#define PROV_PLAY_TRIES_LEFT 2
/** Locked until until_ms. */
#define PROV_PLAY_LOCKED 3
/** Blocked for good. */
#define PROV_PLAY_BLOCKED 4
/** Already authenticated; the telephone is being set up. */
#define PROV_PLAY_ALREADY 5
/** Not possible at present. */
#define PROV_PLAY_NOT_POSSIBLE 6
/** The device needs a reset. */
#define PROV_PLAY_RESET_NEEDED 7
/** Please wait, the telephone restarts. */
#define PROV_PLAY_RESTARTING 8
/** No PIN is needed; the telephone is being set up. */
#define PROV_PLAY_NO_PIN_NEEDED 9
/** The telephone must be authenticated again before it may call. */
#define PROV_PLAY_NOT_AUTHENTICATED 10
/** The telephone is not in service: nobody knows it, or it is inactive. */
#define PROV_PLAY_NOT_IN_SERVICE 11
/** What was asked for is refused. */
#define PROV_PLAY_REFUSED 12
/** Welcome; type the PIN and end it with the hash key. */
#define PROV_PLAY_ENTER_PIN 13
/** The entry was discarded, for it was not ended in time; type it again. */
#define PROV_PLAY_ENTER_AGAIN 14
/** The time for the dialogue is over. */
#define PROV_PLAY_TIME_OVER 15
/** The call is connected to the emergency service. */
#define PROV_PLAY_EMERGENCY 16

/** The account of enrolment. */
#define PROV_RESYNC_ENROLMENT 1
/** Every registration of the device, enrolment or full account. */
#define PROV_RESYNC_DEVICE 2
/** The enrolments of the device that were issued to source. */
#define PROV_RESYNC_DEVICE_AT 3

/** Authenticated and fully provisioned. */
#define PROV_STATE_SUCCESSFUL 1
/** Set up, not authenticated. */
#define PROV_STATE_REQUIRED 2
/** Temporarily locked. */
#define PROV_STATE_FAILED 3
/** Permanently locked. */
#define PROV_STATE_BLOCKED 4

/** An enrolment account of the device. */
#define PROV_IDENTITY_ENROLMENT 1
/** The credential of the device, in HTTP authentication. */
#define PROV_IDENTITY_CREDENTIAL 2
/** Nobody: the password is a dummy that never matches. */
#define PROV_IDENTITY_UNKNOWN 3

/** An enrolment account: user is its SIP user. */
#define PROV_CALLER_ENROLMENT 1
/** A full account of the device: account and epoch. */
#define PROV_CALLER_FULL 2
/** Somebody outside, such as the public network: user is the number that a trusted trunk asserts. */
#define PROV_CALLER_OUTSIDE 3
/** Nobody that is known. */
#define PROV_CALLER_UNKNOWN 4

/** REGISTER. */
#define PROV_SIP_REGISTER 1
/** INVITE. */
#define PROV_SIP_INVITE 2
/** ACK. */
#define PROV_SIP_ACK 3
/** BYE. */
#define PROV_SIP_BYE 4
/** CANCEL. */
#define PROV_SIP_CANCEL 5
/** PRACK. */
#define PROV_SIP_PRACK 6
/** UPDATE. */
#define PROV_SIP_UPDATE 7
/** INFO. */
#define PROV_SIP_INFO 8
/** OPTIONS. */
#define PROV_SIP_OPTIONS 9
/** REFER, MESSAGE, SUBSCRIBE, NOTIFY, PUBLISH and all others. */
#define PROV_SIP_OTHER 10

/**
 * An emergency call: connect it at once to number, not to what was dialled. Store the writes afterwards, and let no conflict
 * hold it up.
 */
#define PROV_ROUTE_EMERGENCY 1
/** The host's own dial plan decides from here. */
#define PROV_ROUTE_THROUGH 2
/** Connect it to the authentication service, whatever was dialled. */
#define PROV_ROUTE_SERVICE 3
/** Connect the emergency service to this enrolment account. */
#define PROV_ROUTE_CALL_BACK 4
/** Take the registration: one contact for this SIP user. */
#define PROV_ROUTE_REGISTER 5
/** It belongs to a dialogue that goes on and starts nothing new. */
#define PROV_ROUTE_IN_DIALOG 6
/** Refused: answer 403, and play the announcement to a caller. */
#define PROV_ROUTE_REFUSED 7

/** Play announcement, in place of what is being played. */
#define PROV_ACTION_PLAY 1
/** Give digits and attempt to prov_enter_pap, store what changed, then call prov_dialogue_judged. */
#define PROV_ACTION_ENTER 2

/**
 * Transfer the call to number at once: an emergency number of the tenant. Do not wait for the end of an announcement. Ask
 * prov_route with number as the target, as for any call of this enrolment: it gives the site, the audit event and the way back
 * for the emergency service. Connect it whatever becomes of that.
 */
#define PROV_ACTION_TRANSFER 3
/** End the call when the announcement has been played. */
#define PROV_ACTION_HANG_UP 4

/** In the provisioning URL. */
#define PROV_CARRIAGE_URL 1
/** In HTTP authentication. */
#define PROV_CARRIAGE_HTTP_AUTH 2
/** Not at all: the weak binding to the address. */
#define PROV_CARRIAGE_NONE 3

/** The delimiter that spreadsheets in the language expect. */
#define PROV_DELIMITER_CUSTOMARY 0
/** ",". */
#define PROV_DELIMITER_COMMA 1
/** ";". */
#define PROV_DELIMITER_SEMICOLON 2
/** A tab. */
#define PROV_DELIMITER_TAB 3

/** Nobody has the MAC, or this tenant has deleted it. */
#define PROV_KNOWN_NEW 0
/** This tenant has it. */
#define PROV_KNOWN_HERE 1
/** Another tenant has it. */
#define PROV_KNOWN_ELSEWHERE 2

/** The vendor. */
#define PROV_COLUMN_VENDOR 1
/** The model. */
#define PROV_COLUMN_MODEL 2
/** The MAC address. */
#define PROV_COLUMN_MAC 3
/** The creation date. */
#define PROV_COLUMN_CREATED 4
/** The site. */
#define PROV_COLUMN_SITE 5
/** The state. */
#define PROV_COLUMN_STATE 6
/** The PAP. */
#define PROV_COLUMN_PAP 7
/** The number of accounts. */
#define PROV_COLUMN_ACCOUNTS 8

/** Gigaset N510 IP PRO. */
#define PROV_DIALECT_GIGASET_N510 1
/** Gigaset N720 DM PRO. */
#define PROV_DIALECT_GIGASET_N720 2
/** snom desk phones. */
#define PROV_DIALECT_SNOM_DESK 3
/** Yealink phones, firmware 80 and newer. */
#define PROV_DIALECT_YEALINK_PHONE 4
/** Yealink DECT bases. */
#define PROV_DIALECT_YEALINK_BASE 5
/** Yealink DECT managers. */
#define PROV_DIALECT_YEALINK_MANAGER 6
/** Patton SmartNode gateways with SmartWare 6. */
#define PROV_DIALECT_PATTON_SMARTWARE 7

/** Deduced from sources, stated by none. */
#define PROV_CONFIDENCE_INFERRED 1
/** From memory; to be verified. */
#define PROV_CONFIDENCE_MEMORY 2
/** One source. */
#define PROV_CONFIDENCE_ONE_SOURCE 3
/** Two or more independent sources. */
#define PROV_CONFIDENCE_CONFIRMED 4

/** All phones of a tenant. */
#define PROV_LAYER_TENANT 1
/** Those of one site. */
#define PROV_LAYER_SITE 2
/** Those of one model. */
#define PROV_LAYER_MODEL 3
/** One phone. */
#define PROV_LAYER_DEVICE 4

/** Without a secret in it: always stated. */
#define PROV_URL_OPEN 1
/** With the device credential in it: withheld with PROV_SECRET_CREDENTIAL. */
#define PROV_URL_CREDENTIAL 2

/** Any known parameter but those of provisioning, logins, certificates, firmware, remote control and action URLs. */
#define PROV_OVERRIDES_HARMLESS 1
/** Any known parameter. Those that PROV_OVERRIDES_HARMLESS refuses count as PROV_SECRET_OTHER. */
#define PROV_OVERRIDES_ANY 2

/** The file is refused; error names field and character. */
#define PROV_CHARACTERS_REFUSE 1
/** It is spelled in plain letters, with a warning; refused where it has none. Secrets are never changed. */
#define PROV_CHARACTERS_TRANSLITERATE 2

/** SIP over UDP. */
#define PROV_SERVER_UDP 1
/** SIP over TCP. */
#define PROV_SERVER_TCP 2
/** SIP over TLS. */
#define PROV_SERVER_TLS 3

/** The slot is above what the model has: most. It is left out. */
#define PROV_WARNING_BEYOND 1
/** The model has no such thing. It is left out. */
#define PROV_WARNING_NO_PLACE 2
/** The model has such a thing, but not this value of it. It is left out. */
#define PROV_WARNING_NO_WORD 3
/** The text was spelled in plain letters; it was not left out. */
#define PROV_WARNING_TRANSLITERATED 4
/** A firmware target is stated only where the phone is known to have an older one. */
#define PROV_WARNING_FIRMWARE_UNKNOWN 5
/** Without this password the phone may be left with the one that everybody knows. */
#define PROV_WARNING_FACTORY_PASSWORD 6
/** A firmware target of another product than the phone's own. */
#define PROV_WARNING_OTHER_FIRMWARE 7
/** One number is the beginning of another, and the model would wait for the longer one. It is left out. */
#define PROV_WARNING_CLASH 8
/** A key names an account that is not there, and is written all the same; or a handset has no account. */
#define PROV_WARNING_NO_ACCOUNT 9
/** A name of forget that this file neither states nor can set back: what an earlier file set stays. */
#define PROV_WARNING_NOT_RESET 10
/** It needs a slot that another account has or that the model does not have; the text names it. It is left out. */
#define PROV_WARNING_NEEDS_SLOT 11
/** The model cannot do exactly this, and does what comes nearest. */
#define PROV_WARNING_NEAREST 12
/** The phone's firmware is too old for it. It is left out. */
#define PROV_WARNING_OLD_FIRMWARE 13
/** The password is the one of the factory; it is written all the same. */
#define PROV_WARNING_KNOWN_PASSWORD 14
/** Another field of the profile says the same thing and counts. */
#define PROV_WARNING_OVERRULED 15
/** A raw override may not go out: the parameter has the value that it would have without it. */
#define PROV_WARNING_WITHHELD 16

/** Only the second file states it. */
#define PROV_CHANGE_ADDED 1
/** Only the first file states it. */
#define PROV_CHANGE_REMOVED 2
/** Both state it with different values. */
#define PROV_CHANGE_CHANGED 3

/** SHA-1: what every authenticator app can. */
#define PROV_ALGORITHM_SHA1 1
/** SHA-256. */
#define PROV_ALGORITHM_SHA256 2
/** SHA-512. */
#define PROV_ALGORITHM_SHA512 3

/** Right: store step as the last accepted one, then let in. */
#define PROV_OTP_ACCEPTED 1
/** Right, but for the last accepted step or an older one. Show it as wrong; tell the account's owner. */
#define PROV_OTP_REPLAYED 2
/** No step of the window has this code. */
#define PROV_OTP_WRONG 3
/** Not the right number of ASCII digits; nothing was computed. */
#define PROV_OTP_MALFORMED 4
/** The clock stands before the last accepted step by more than the window; nothing was computed. */
#define PROV_OTP_CLOCK_ERROR 5

/** Microsoft Authenticator, Authy and Duo make SHA-1 codes whatever the URI says. */
#define PROV_COMPAT_ALGORITHM 1
/** Some apps show six digits whatever the URI says. */
#define PROV_COMPAT_DIGITS 2
/** Hardly any app shows four or five digits, and accounts lock after very few tries. */
#define PROV_COMPAT_SHORT 4
/** Apps offer six or eight digits; exports cannot say seven. */
#define PROV_COMPAT_SEVEN 8
/** Google Authenticator and Microsoft Authenticator take 30 seconds whatever the URI says. */
#define PROV_COMPAT_PERIOD 16
/** An otpauth URI cannot say where the steps begin. */
#define PROV_COMPAT_START 32

/** Codes from the time. */
#define PROV_OTPKIND_TOTP 1
/** Codes from a counter: read, but accounts here have none. */
#define PROV_OTPKIND_HOTP 2

/** A dark terminal: light modules are printed. */
#define PROV_BACKGROUND_DARK 1
/** A light terminal: dark modules are printed. */
#define PROV_BACKGROUND_LIGHT 2

/** Off. */
#define PROV_FACTOR_OFF 1
/** An enrolment is demanded. */
#define PROV_FACTOR_DEMANDED 2
/** Off or demanded, and a secret waits for its confirmation. */
#define PROV_FACTOR_PENDING 3
/** On. */
#define PROV_FACTOR_ON 4
/** On, and a new secret waits for its confirmation. */
#define PROV_FACTOR_ROTATING 5

/** Write this event to the audit log: event, source, actor; prov_mfa_audit_json makes the line. */
#define PROV_DO_AUDIT 1
/** End the sessions of this portal user, but for the session keep where has_keep is 1. */
#define PROV_DO_END_SESSIONS 2
/** Tell the portal user notice, outside of the portal; prov_told_text has words for it. */
#define PROV_DO_NOTIFY 3

/** A right code, and that the risk is accepted. */
#define PROV_SWITCH_OFF_CODE 1
/** That the risk is accepted. */
#define PROV_SWITCH_OFF_RISK_ONLY 2

/** Done: after prov_mfa_password_right, prov_mfa_enter and prov_mfa_resynchronise let in. */
#define PROV_OUTCOME_GRANTED 1

/**
 * A code of the app or a recovery code is due: prov_mfa_enter. until_ms is not 0 where nothing is compared before.
 */
#define PROV_OUTCOME_CODE 2
/** An enrolment is due, with proof; nothing else is open to this session. */
#define PROV_OUTCOME_ENROLMENT 3
/** Locked; recovery says whether a recovery code may still be tried. */
#define PROV_OUTCOME_LOCKED 4
/** Neither a code of the right length nor a recovery code or grant without a typo. It cost no try. */
#define PROV_OUTCOME_MALFORMED 5
/** A wrong code; it was counted. */
#define PROV_OUTCOME_WRONG 6
/** A code that was used before. Show it as wrong. */
#define PROV_OUTCOME_REPLAYED 7
/** Too many failures: nothing is compared until until_ms. */
#define PROV_OUTCOME_WAIT 8
/** The clock stands before the last accepted step, by behind steps; nothing was judged. */
#define PROV_OUTCOME_CLOCK_ERROR 9
/** A code of the app is due. */
#define PROV_OUTCOME_CODE_NEEDED 10
/** An enrolment is due. */
#define PROV_OUTCOME_ENROLMENT_NEEDED 11
/** The enrolment needs a grant, or after a self reset a code of the old secret. */
#define PROV_OUTCOME_GRANT_NEEDED 12
/** The factor is not on. */
#define PROV_OUTCOME_NOT_ON 13
/** There is no enrolment of this session to confirm. */
#define PROV_OUTCOME_NO_ENROLMENT 14
/** That was one wrong code too many: the enrolment is void. */
#define PROV_OUTCOME_ENROLMENT_VOID 15
/** These recovery codes were replaced meanwhile. */
#define PROV_OUTCOME_RECOVERY_REPLACED 16
/** The risk was not accepted. */
#define PROV_OUTCOME_RISK_NOT_ACCEPTED 17
/** The tenant demands the factor. */
#define PROV_OUTCOME_TENANT_DEMANDS 18
/** Refused for a reason that this version of the binding does not know. */
#define PROV_OUTCOME_REFUSED 255

/** Nothing besides the password. */
#define PROV_ENROL_NONE 1
/** A grant of an administrator. */
#define PROV_ENROL_GRANT 2
/** A grant, or a code of the secret before the self reset. */
#define PROV_ENROL_GRANT_OR_OLD_CODE 3

/** A code of the app. */
#define PROV_BY_CODE 1
/** A recovery code, which is used up. */
#define PROV_BY_RECOVERY 2

/** Demand the factor. */
#define PROV_ACT_SWITCH_ON 1
/** Demand a new enrolment; the old secret and the recovery codes are dead. */
#define PROV_ACT_RESET 2
/** Switch the factor off; risk_accepted has to be 1. */
#define PROV_ACT_SWITCH_OFF 3
/** Lift locks and clear the counts. */
#define PROV_ACT_UNLOCK 4

/**
 * The second factor of one portal user. Its snapshots hold the secret of the app: keep them as safe as a password file.
 *
 * An immutable record with a revision that rises by one with each change; many threads may use it at once. A record that cannot
 * be read denies: an error is never "off".
 */
typedef struct prov_account prov_account;

/**
 * The unknown devices of one tenant that are on offer for adoption.
 *
 * An immutable record with a revision that rises by one with each change; many threads may use it at once.
 */
typedef struct prov_adoption prov_adoption;

/**
 * Counts the audit events of one tenant whose aggregate is 1, in bounded memory. It changes with every call; threads that use it
 * at once wait for one another.
 */
typedef struct prov_aggregator prov_aggregator;

/** Bytes that the library made, such as a snapshot. They are wiped when freed. */
typedef struct prov_bytes prov_bytes;

/**
 * What a call decided: the records that changed, the effects, and the answer of prov_decide, the verdict of
 * prov_enter_pap or the route of prov_route. Store the records first (guards, then the device), then perform the effects, then answer or speak.
 *
 * It never changes; many threads may use it at once. It may hold secrets, which are wiped when it is freed.
 */
typedef struct prov_decision prov_decision;

/**
 * The authentication state of one device. Its snapshots hold its PAP while it waits for it.
 *
 * An immutable record with a revision that rises by one with each change; many threads may use it at once.
 */
typedef struct prov_device prov_device;

/**
 * One call to the authentication service. It changes with every call; threads that use it at once wait for one another.
 *
 * Stop what is being played when a key comes. Digits are secret and wiped when they are of no use.
 */
typedef struct prov_dialogue prov_dialogue;

/**
 * What two configuration files of one model differ in: names without values, for those may be secrets.
 *
 * It never changes; many threads may use it at once.
 */
typedef struct prov_diff prov_diff;

/**
 * Collects the keys of one call, each key press once. It changes with every call; threads that use it at once wait for one
 * another.
 */
typedef struct prov_dtmf prov_dtmf;

/** The details of one failure. It holds no secret. */
typedef struct prov_error prov_error;

/**
 * An enrolment as authenticator apps scan it: issuer, account, secret, and how codes are made. It is wiped when freed.
 */
typedef struct prov_key_uri prov_key_uri;

/**
 * What a call about a portal user decided: the changed account, effects, an outcome, and what is shown once. Store the account
 * first, by compare-and-swap on its revision; then let in, show or say, and perform the effects. On a conflict load the account
 * and call again: what was told before is void.
 *
 * It never changes; many threads may use it at once. It may hold secrets, which are wiped when it is freed.
 */
typedef struct prov_mfa_step prov_mfa_step;

/** One QR code of an export of Google Authenticator. Its secrets are wiped when freed. */
typedef struct prov_migration prov_migration;

/**
 * One model of the vendor table. It never changes; many threads may use it at once, and a host may keep it as long as it runs.
 */
typedef struct prov_model prov_model;

/** The shared secret of an account and its authenticator app. It is wiped when freed. */
typedef struct prov_otp_secret prov_otp_secret;

/** The parameters that the files of a model can have. They never change; many threads may use them at once. */
typedef struct prov_parameters prov_parameters;

/**
 * What one phone shall be. Its passwords are wiped when it is freed.
 *
 * It never changes; many threads may use it at once.
 */
typedef struct prov_profile prov_profile;

/** A QR code. It holds the secret of the URI in it, and is wiped when freed. */
typedef struct prov_qr prov_qr;

/**
 * A configuration file, and what it could not carry. It holds secrets, and is wiped when freed.
 *
 * It never changes; many threads may use it at once.
 */
typedef struct prov_rendered prov_rendered;

/** A roster that was read and checked. It never changes; many threads may use it at once. */
typedef struct prov_roster prov_roster;

/**
 * An import that is going on. It remembers the PAPs that it gave, and guards that by itself: many threads may use it at once.
 */
typedef struct prov_roster_batch prov_roster_batch;

/**
 * The parameters of a configuration file. Its values may be secrets; they are wiped when it is freed.
 *
 * It never changes; many threads may use it at once.
 */
typedef struct prov_settings prov_settings;

/**
 * What is remembered of one source, or of the IPv6 /48 around it, to slow attackers down.
 *
 * An immutable record with a revision that rises by one with each change; many threads may use it at once.
 */
typedef struct prov_source_guard prov_source_guard;

/**
 * A temporary whitelist entry: one source that is allowed until an instant.
 *
 * An immutable record with a revision that rises by one with each change; many threads may use it at once.
 */
typedef struct prov_temp prov_temp;

/**
 * A tenant's configuration: policy, permanent whitelist, authorised MACs and keys. Its snapshots hold its keys.
 *
 * An immutable record with a revision that rises by one with each change; many threads may use it at once.
 */
typedef struct prov_tenant prov_tenant;

/**
 * What is remembered of one tenant: its wrong PAPs and the count of its temporary whitelist entries.
 *
 * An immutable record with a revision that rises by one with each change; many threads may use it at once.
 */
typedef struct prov_tenant_guard prov_tenant_guard;

/** A secret made ready to judge codes: two compressions are spared with every code. It is wiped when freed. */
typedef struct prov_totp_key prov_totp_key;

/** What a call says: PROV_OK, or a PROV_E number. */
typedef int32_t prov_status;

/** An unknown device on offer for adoption. */
typedef struct {
    /** The MAC it asked with: a claim. */
    uint8_t mac[6];
    /** 1: the policy wants it created as active, if its model is supported. */
    uint8_t activate;
    /** 0. */
    uint8_t reserved;
    /** When it first asked. */
    int64_t since_ms;
    /** Until when it is offered. */
    int64_t until_ms;
    /** The source it first asked from. */
    char source[48];
} prov_offer;

/** What prov_tenant_new makes a tenant of. Wipe it afterwards, for the key in it. */
typedef struct {
    /** Set by prov_new_tenant_init. */
    uint32_t struct_size;
    /** A PROV_PRESET. */
    uint8_t preset;
    /** Under which id tokens and credentials name the key. */
    uint8_t key_id;
    /** 0. */
    uint8_t reserved[2];
    /** The tenant's id: a UUID or a number below 2^64, as text. */
    const char *id;
    /** Its length. */
    size_t id_len;
    /** Emergency numbers of 2 to 6 digits, parted by spaces: at least one. */
    const char *emergency;
    /** Its length. */
    size_t emergency_len;
    /** With PROV_PRESET_ON_PREMISES the PBX's own networks, parted by spaces: "10.0.0.0/24 2001:db8::/64". */
    const char *own_networks;
    /** Its length. */
    size_t own_networks_len;
    /** 32 bytes drawn from the operating system, kept secret: whoever has them can fetch every configuration. */
    uint8_t key[32];
} prov_new_tenant;

/** Which entry of the permanent whitelist holds an address. */
typedef struct {
    /** 1 if one does; else everything is 0. */
    uint8_t found;
    /** 4 or 6. */
    uint8_t family;
    /** The number of leading bits that are fixed: 0 to 32 or 0 to 128. */
    uint8_t prefix_len;
    /** 0. */
    uint8_t reserved[5];
    /** Its place in the list, which is in the order of prefixes, IPv4 first. */
    uint64_t index;
    /** The network address in network order; 4 bytes for IPv4. */
    uint8_t network[16];
} prov_match;

/** The records that a call needs, as the host loaded them; borrowed for the call. What does not exist yet is NULL. */
typedef struct {
    /** Set by prov_facts_init. */
    uint32_t struct_size;
    /** 0. */
    uint32_t reserved;
    /** The tenant's configuration; never NULL. */
    const prov_tenant *tenant;
    /** The device that the request or command names. */
    const prov_device *device;
    /** The temporary whitelist entry of the request's source; for prov_delivered, that of the lease's source. */
    const prov_temp *temp;
    /**
     * What is remembered of the request's source; for prov_enter_pap, of the source inside the enrolment
     * (prov_enrolment_source), and for prov_delivered, of that of the lease.
     */
    const prov_source_guard *source;
    /** What is remembered of the tenant. */
    const prov_tenant_guard *budget;
    /** What is remembered of the /48 around the source, for IPv6 (prov_source_key). */
    const prov_source_guard *wider;
    /** The tenant's unknown devices on offer; needed where the policy adopts any. */
    const prov_adoption *adoption;
} prov_facts;

/** A request for a file. Everything in it is borrowed for the call. */
typedef struct {
    /** Set by prov_request_init. */
    uint32_t struct_size;
    /** The MAC in the path; all zeros for a file that names no device. */
    uint8_t mac[6];
    /** The MAC that a verified TLS client certificate proves; all zeros without one. */
    uint8_t certificate[6];
    /** The MAC that the User-Agent claims; all zeros where it claims none. It is only noted where it differs. */
    uint8_t agent_mac[6];
    /** A PROV_FILE; PROV_FILE_MAIN after prov_request_init. */
    uint8_t file;
    /** A PROV_METHOD; PROV_METHOD_GET after prov_request_init. */
    uint8_t method;
    /** A PROV_TRANSPORT. It has no default, for secrets may leave over some only. */
    uint8_t transport;
    /** 0. */
    uint8_t reserved[7];
    /** Where it came from: one IPv4 or IPv6 address. Length 0 could not be told, and no whitelist holds it. */
    const char *address;
    /** Its length. */
    size_t address_len;
    /** The token or credential in the URL; NULL and 0 without one. */
    const char *url;
    /** Its length. */
    size_t url_len;
    /**
     * The password of the Authorization header; NULL and 0 without a header, not NULL and 0 for an empty password.
     */
    const char *login;
    /** Its length. */
    size_t login_len;
} prov_request;

/** The answer to a request. What does not belong to its kind is 0. */
typedef struct {
    /** A PROV_ANSWER. */
    uint8_t kind;
    /** The PROV_RULE that gave it; where the policy does not enforce the rules, the one that would have. */
    uint8_t rule;
    /** A PROV_PROOF: what the request proved. */
    uint8_t proof;
    /** A PROV_EXEMPT: why authentication was not asked for. */
    uint8_t exemption;
    /** A PROV_NOTICE, with PROV_ANSWER_RESTRICTED: what the display says. */
    uint8_t notice;
    /** A PROV_WITHHELD, with PROV_ANSWER_FULL: why some secrets are not included. */
    uint8_t withheld;
    /** The HTTP status. */
    uint16_t http_status;
    /** PROV_FLAG bits. */
    uint16_t flags;
    /**
     * PROV_SECRET bits, with PROV_ANSWER_FULL: which secrets to include besides SIP passwords. Withhold all others.
     */
    uint16_t secrets;
    /** With PROV_FLAG_RETRY_AFTER. */
    uint32_t retry_after_s;
    /** With PROV_NOTICE_FAILED the end of the lock, with PROV_EXEMPT_TEMPORARY the end of the entry. */
    int64_t until_ms;
    /** With PROV_FLAG_LEASE. */
    uint64_t lease;
    /** The account slots whose SIP password to include: slot n is bit n % 64 of sip[n / 64]; slots count from 1. */
    uint64_t sip[4];
} prov_answer;

/** The verdict on a PAP entry. Store the changed records before it is spoken. */
typedef struct {
    /** A PROV_VERDICT. */
    uint8_t kind;
    /** With PROV_VERDICT_WRONG. */
    uint8_t tries_left;
    /** 1: the entry was compared and counted by this call. */
    uint8_t counted;
    /** 0. */
    uint8_t reserved[5];
    /** With PROV_VERDICT_LOCKED. */
    int64_t until_ms;
} prov_verdict;

/**
 * One thing to do, after the changed records were stored. All of it is idempotent. What does not belong to its kind is 0.
 */
typedef struct {
    /** A PROV_EFFECT. */
    uint8_t kind;
    /** A PROV_AUDIT. */
    uint8_t event;
    /** The PROV_STATE before, where the event is about a state. */
    uint8_t old_state;
    /** The PROV_STATE after. */
    uint8_t new_state;
    /** The PROV_RULE that decided, where one did. */
    uint8_t rule;
    /** 1: may come with every poll; count it instead of writing a line each time. */
    uint8_t aggregate;
    /** A PROV_PLAY. */
    uint8_t announcement;
    /** A PROV_RESYNC. */
    uint8_t resync;
    /** With PROV_PLAY_TRIES_LEFT. */
    uint8_t tries_left;
    /** 0. */
    uint8_t reserved[7];
    /** With PROV_PLAY_LOCKED. */
    int64_t until_ms;
    /** The source: "192.0.2.7", "2001:db8::/64", "unresolved", or empty. */
    char source[48];
    /** The enrolment id: 42 or 48 characters, or empty. */
    char enrolment[56];
} prov_effect;

/** What a SIP or HTTP user name stands for. */
typedef struct {
    /** A PROV_IDENTITY. */
    uint8_t kind;
    /**
     * 1: good at present, that is of this epoch, not expired, the device active. Over HTTP let nobody in with 0. Over SIP let
     * every PROV_IDENTITY_ENROLMENT in whose password is right, and let prov_route decide: an emergency call must get there.
     */
    uint8_t is_current;
    /** The device's MAC; all zeros for nobody. */
    uint8_t mac[6];
} prov_identity;

/** A SIP request, as the PBX received and authenticated it. Everything in it is borrowed for the call. */
typedef struct {
    /** Set by prov_call_init. */
    uint32_t struct_size;
    /** A PROV_CALLER; it has no default. */
    uint8_t caller;
    /** A PROV_SIP; PROV_SIP_INVITE after prov_call_init. */
    uint8_t method;
    /** 1: it belongs to a dialogue that this party has with the PBX already. */
    uint8_t in_dialog;
    /** 1: it carries a Replaces header. */
    uint8_t replaces;
    /** With PROV_CALLER_FULL its slot, from 1. */
    uint8_t account;
    /** With PROV_SIP_REGISTER how many contacts this SIP user would have after it. */
    uint8_t contacts;
    /** 0. */
    uint8_t reserved[6];
    /**
     * With PROV_CALLER_FULL the epoch of the device (prov_device_epoch) when the account's password was set. A password that
     * outlived a reset keeps its epoch.
     */
    uint64_t epoch;
    /** See PROV_CALLER. */
    const char *user;
    /** Its length. */
    size_t user_len;
    /** What was dialled: the user part or the whole request URI, as it came. */
    const char *target;
    /** Its length. */
    size_t target_len;
} prov_call;

/** What prov_route decided. What does not belong to its kind is 0. */
typedef struct {
    /** A PROV_ROUTE. */
    uint8_t kind;
    /** With PROV_ROUTE_REFUSED the PROV_PLAY that says why. */
    uint8_t announcement;
    /** With PROV_ROUTE_EMERGENCY, 1: an administrator confirmed the location (prov_decision_site). */
    uint8_t location_confirmed;
    /**
     * With PROV_ROUTE_EMERGENCY, 1: the caller proved to be that device. Anyone who knows a MAC can get an enrolment of it.
     */
    uint8_t proven;
    /** With PROV_ROUTE_EMERGENCY the device; all zeros for an unknown caller. */
    uint8_t mac[6];
    /** 0. */
    uint8_t reserved[6];
    /** With PROV_PLAY_LOCKED the end of the lock. */
    int64_t until_ms;
    /** With PROV_ROUTE_EMERGENCY the number to connect to: 2 to 6 digits. */
    char number[8];
    /** With PROV_ROUTE_SERVICE and PROV_ROUTE_CALL_BACK the enrolment id: 42 or 48 characters. */
    char enrolment[56];
    /** With PROV_ROUTE_SERVICE the enrolment whose dialogue gave way: hang up that call. Empty where none did. */
    char ended[56];
} prov_routed;

/** One thing to do. What does not belong to its kind is 0. */
typedef struct {
    /** A PROV_ACTION. */
    uint8_t kind;
    /** A PROV_PLAY, with PROV_ACTION_PLAY. */
    uint8_t announcement;
    /** With PROV_PLAY_TRIES_LEFT. */
    uint8_t tries_left;
    /** 0. */
    uint8_t reserved[5];
    /** With PROV_PLAY_LOCKED. */
    int64_t until_ms;
    /** The id of the attempt, with PROV_ACTION_ENTER. */
    uint64_t attempt;
    /** The emergency number, with PROV_ACTION_TRANSFER. */
    char number[8];
    /** What was typed, with PROV_ACTION_ENTER: secret; wipe it after prov_enter_pap. */
    char digits[40];
} prov_action;

/** What a call of the dialogue asks for, in order. */
typedef struct {
    /** How many there are: 0 to 2. */
    uint32_t count;
    /** 1: the call ended or was transferred; nothing that comes does anything any more. */
    uint8_t is_over;
    /** 0. */
    uint8_t reserved[3];
    /** The actions; those at and above count are 0. */
    prov_action actions[2];
} prov_actions;

/** A full configuration on its way. */
typedef struct {
    /** Its id, for prov_delivered. */
    uint64_t id;
    /** 1 if the device has a lease; else everything is 0. */
    uint8_t found;
    /** 1: neither confirmed, given back nor over. */
    uint8_t is_live;
    /** 0. */
    uint8_t reserved[6];
    /** The source the answer went to: load its temporary whitelist entry for prov_delivered. */
    char source[48];
} prov_lease;

/** What a new device is. Everything in it is borrowed for the call. */
typedef struct {
    /** Set by prov_new_device_init. */
    uint32_t struct_size;
    /** Its MAC address. */
    uint8_t mac[6];
    /** How many SIP accounts it has: 1 to 254. */
    uint8_t accounts;
    /** 1: another tenant has this MAC, which only the host can see. */
    uint8_t known_elsewhere;
    /**
     * 0: vendor and model are a row of the library's table. A PROV_CARRIAGE: the host renders it, and this is how the model
     * carries token and credential back.
     */
    uint8_t carriage;
    /** With a carriage, 1: a restricted configuration can be rendered for it. */
    uint8_t restricted;
    /** With a carriage, 1: it keeps what a later configuration omits. */
    uint8_t retains;
    /** 0. */
    uint8_t reserved;
    /** Not 0: it is installed already, and its first full configuration needs no PAP until that instant. */
    int64_t installed_until_ms;
    /** The vendor, such as "yealink". */
    const char *vendor;
    /** Its length. */
    size_t vendor_len;
    /** The model, such as "T46S". */
    const char *model;
    /** Its length. */
    size_t model_len;
    /** The site it stands at, at most 64 characters; may be empty. */
    const char *site;
    /** Its length. */
    size_t site_len;
    /**
     * The PAPs of the tenant's other unauthenticated devices, parted by spaces, so that it gets another one; may be empty.
     */
    const char *taken;
    /** Its length. */
    size_t taken_len;
} prov_new_device;

/** How a roster is read. */
typedef struct {
    /** Set by prov_roster_options_init. */
    uint32_t struct_size;
    /** How many lines behind the header are taken, good and bad ones, empty ones aside. It bounds the memory. */
    uint32_t max_rows;
    /**
     * Not 0: new devices are installed already, and their first full configuration needs no PAP until that instant.
     */
    int64_t installed_until_ms;
    /** How many accounts a device has whose line does not say it: 1 to 254. */
    uint8_t accounts;
    /** 1: a device that is known is changed, its type and its site. */
    uint8_t update;
    /** 1: good lines are imported although others are bad. */
    uint8_t skip_bad_lines;
    /** 0. */
    uint8_t reserved[5];
} prov_roster_options;

/** One good line of a roster. */
typedef struct {
    /** The line it begins on, from 1. */
    uint32_t line;
    /** The MAC address. */
    uint8_t mac[6];
    /** How many accounts. */
    uint8_t accounts;
    /** A PROV_KNOWN, as prov_roster_know said. */
    uint8_t known;
} prov_row;

/** One thing that is wrong with a roster. */
typedef struct {
    /** The line it begins on, from 1. */
    uint32_t line;
    /** What is wrong: a PROV_E. */
    prov_status status;
    /** Which field of the line, from 1; 0 where it is the whole line. */
    uint16_t position;
    /** A PROV_COLUMN; 0 where it is none of them. */
    uint8_t column;
    /** 0. */
    uint8_t reserved;
} prov_fault;

/** What a model can do. */
typedef struct {
    /** SIP accounts it can hold; of a telephone adapter, its ports. */
    uint16_t accounts;
    /** Handsets it can hold; 0: it is no DECT base. */
    uint16_t handsets;
    /** Function keys beside its screen. */
    uint16_t keys;
    /** Expansion modules it can hold. */
    uint16_t modules;
    /** Keys of each. */
    uint16_t module_keys;
    /** A PROV_DIALECT: how its configuration is written. */
    uint8_t dialect;
    /** A PROV_CARRIAGE: how it carries token and credential back. */
    uint8_t carriage;
    /** 1: a restricted configuration can be rendered for it. */
    uint8_t restricted;
    /** 1: it keeps what a later configuration omits. */
    uint8_t retains;
    /** 1: it has a screen. */
    uint8_t screen;
    /**
     * 1: it is known to take a digit map, and refuses numbers that are not allowed by itself. Else only the server holds the line.
     */
    uint8_t digit_map;
    /** After how many seconds at most it can dial by itself when it is taken off-hook; 0: not at all. */
    uint8_t hotline_s;
    /** A PROV_CONFIDENCE: how sure these numbers are. None was tried on a real device by us. */
    uint8_t confidence;
    /** 0. */
    uint8_t reserved[6];
} prov_capabilities;

/** One parameter that files can have. */
typedef struct {
    /** The name, an index written "X": a view that lives as long as the prov_parameters; with a NUL behind it. */
    const char *name;
    /** Its length. */
    size_t name_len;
    /** The PROV_SECRET that its value is; 0: none. */
    uint16_t secret;
    /** A PROV_CONFIDENCE: how sure it is that devices read it so. */
    uint8_t confidence;
    /** 0. */
    uint8_t reserved[5];
} prov_parameter;

/** One layer of a profile. A zeroed struct says nothing and is refused, for it names no layer. */
typedef struct {
    /** A part of a profile, as JSON. */
    const char *json;
    /** Its length. */
    size_t json_len;
    /** A PROV_LAYER. */
    uint8_t layer;
    /** 0. */
    uint8_t reserved[7];
} prov_layer;

/** What a full file is made of. Everything in it is borrowed for the call; texts of length 0 are none. */
typedef struct {
    /** Set by prov_full_job_init. */
    uint32_t struct_size;
    /** The MAC address. */
    uint8_t mac[6];
    /**
     * PROV_SECRET bits: which secrets may go out besides SIP passwords. As in prov_answer; none after prov_full_job_init.
     */
    uint16_t secrets;
    /**
     * Minutes between two requests, 5 to 43200; 0 takes the profile's and, where that has none, 240 to 360 by the MAC address.
     */
    uint16_t interval_min;
    /** A PROV_URL. It has no default, for a secret may be in the URL. */
    uint8_t url_kind;
    /** A PROV_OVERRIDES; PROV_OVERRIDES_HARMLESS after prov_full_job_init. */
    uint8_t overrides;
    /** What the phone shall be. */
    const prov_profile *profile;
    /** Which model it is. */
    const prov_model *model;
    /**
     * The account slots whose SIP password may go out, as in prov_answer: slot n is bit n % 64 of sip[n / 64], all bits are all
     * slots. Slots count from 1: bit 0 without all the others is PROV_E_ARGUMENT. None after prov_full_job_init.
     */
    uint64_t sip[4];
    /** Where the phone asks from now on: the URL without the file's name, ending in "/". */
    const char *url;
    /** Its length. */
    size_t url_len;
    /** The user of its HTTP login, withheld with PROV_SECRET_CREDENTIAL; none clears an earlier login. */
    const char *login_user;
    /** Its length. */
    size_t login_user_len;
    /** The password of its HTTP login. */
    const char *login_password;
    /** Its length. */
    size_t login_password_len;
    /**
     * The tenant's emergency numbers, 1 to 20 of 2 to 8 digits, parted by spaces: they dial even while the phone is locked.
     */
    const char *emergency;
    /** Its length. */
    size_t emergency_len;
    /** The outside-line prefix, 1 to 4 digits; may be empty. */
    const char *outside_line;
    /** Its length. */
    size_t outside_line_len;
    /**
     * The firmware that the phone says it has; empty where nobody knows, and then a firmware target is not stated.
     */
    const char *firmware;
    /** Its length. */
    size_t firmware_len;
    /**
     * Names of raw overrides that earlier files of this phone may have set and the profile has no more, one per line: they go
     * back to their factory default, with a warning for each that cannot.
     */
    const char *forget;
    /** Its length. */
    size_t forget_len;
    /**
     * A PROV_CHARACTERS: what happens to a character that the device does not have; PROV_CHARACTERS_REFUSE after
     * prov_full_job_init.
     */
    uint8_t characters;
    /** 0. */
    uint8_t reserved[7];
} prov_full_job;

/**
 * What a restricted file is made of, and nothing else can be in it. Everything in it is borrowed for the call; texts of length 0
 * are none.
 */
typedef struct {
    /** Set by prov_restricted_job_init. */
    uint32_t struct_size;
    /** The MAC address, shown on a soft key. */
    uint8_t mac[6];
    /**
     * The VLAN that the device is known to be on, 1 to 4094, without which one whose files replace everything (Patton) would
     * leave its network; 0: none.
     */
    uint16_t vlan;
    /** The port of server; 0 leaves it to the phone. */
    uint16_t server_port;
    /** A PROV_SERVER: how SIP travels to server. It has no default. */
    uint8_t server_transport;
    /** A PROV_LANG: the tenant's language. It has no default. */
    uint8_t lang;
    /** Which model it is. */
    const prov_model *model;
    /** What the idle screen says. */
    const char *display_text;
    /** Its length. */
    size_t display_text_len;
    /** The SIP user of the enrolment: prov_decision_sip_user with port 0. */
    const char *sip_user;
    /** Its length. */
    size_t sip_user_len;
    /** Its password: prov_decision_sip_password. */
    const char *sip_password;
    /** Its length. */
    size_t sip_password_len;
    /** The name or address of the authentication service's SIP server. */
    const char *server;
    /** Its length. */
    size_t server_len;
    /** The tenant's emergency numbers, as in prov_full_job. */
    const char *emergency;
    /** Its length. */
    size_t emergency_len;
    /**
     * The outside-line prefix, 1 to 4 digits, behind which emergency numbers can be dialled as well; may be empty.
     */
    const char *outside_line;
    /** Its length. */
    size_t outside_line_len;
    /** The code of the authentication service, such as "*89": 1 to 8 of digits, "*" and "#"; on snom without "#". */
    const char *service_code;
    /** Its length. */
    size_t service_code_len;
    /** Where the phone asks from now on: the URL with the token of prov_decision_token, ending in "/". */
    const char *url;
    /** Its length. */
    size_t url_len;
    /** The firmware that the phone says it has; empty where nobody knows. */
    const char *firmware;
    /** Its length. */
    size_t firmware_len;
    /** As in prov_full_job. */
    const char *forget;
    /** Its length. */
    size_t forget_len;
} prov_restricted_job;

/**
 * One thing that was left out of a file or changed. The texts are views that live as long as the prov_rendered; with a NUL behind
 * them.
 */
typedef struct {
    /** The field's path in the profile, such as "accounts[17]". */
    const char *field;
    /** Its length. */
    size_t field_len;
    /** The whole as one English line: "accounts[17] is left out: this model has 16". */
    const char *text;
    /** Its length. */
    size_t text_len;
    /** A PROV_WARNING. */
    uint8_t reason;
    /** 0. */
    uint8_t reserved;
    /** With PROV_WARNING_BEYOND: how many the model has. */
    uint16_t most;
    /** 0. */
    uint32_t reserved2;
} prov_warning;

/** One parameter of a file. The texts are views that live as long as the prov_settings; with a NUL behind them. */
typedef struct {
    /** The name, its indexes as numbers, as an override has it. */
    const char *name;
    /** Its length. */
    size_t name_len;
    /** The value without escapes and without spaces at its ends; it may be a secret. */
    const char *value;
    /** Its length. */
    size_t value_len;
    /** The line it begins in, from 1. */
    uint32_t line;
    /** 0. */
    uint32_t reserved;
} prov_setting;

/** One parameter that two files do not agree on. */
typedef struct {
    /** The name, its indexes as numbers: a view that lives as long as the prov_diff; with a NUL behind it. */
    const char *name;
    /** Its length. */
    size_t name_len;
    /** A PROV_CHANGE. */
    uint8_t change;
    /** 0. */
    uint8_t reserved[7];
} prov_difference;

/** How codes are made from the time. */
typedef struct {
    /** Set by prov_totp_init. */
    uint32_t struct_size;
    /** A PROV_ALGORITHM; PROV_ALGORITHM_SHA1 after prov_totp_init. */
    uint8_t algorithm;
    /** 1: 4 and 5 digits are allowed, although they are guessed in few tries. */
    uint8_t short_codes;
    /** 0. */
    uint8_t reserved[2];
    /** Digits of a code: 6 to 8; 6 after prov_totp_init. */
    uint32_t digits;
    /** Seconds of a step: 1 to 120; 30 after prov_totp_init. */
    uint32_t period_s;
    /** Where step 0 begins, in seconds since 1970; an otpauth URI cannot say it. */
    uint64_t t0_s;
} prov_totp;

/** What a code turned out to be. Only PROV_OTP_ACCEPTED lets in. What does not belong to its kind is 0. */
typedef struct {
    /** A PROV_OTP. */
    uint8_t kind;
    /** 0. */
    uint8_t reserved[3];
    /** With PROV_OTP_ACCEPTED: steps by which the phone's clock is ahead; negative when it is behind. */
    int32_t drift;
    /** With PROV_OTP_ACCEPTED and PROV_OTP_REPLAYED: the highest step with this code. */
    uint64_t step;
    /** With PROV_OTP_CLOCK_ERROR: steps from the clock to the last accepted one. */
    uint64_t behind;
} prov_otp_outcome;

/** How an enrolment makes its codes. */
typedef struct {
    /** A PROV_OTPKIND. */
    uint8_t kind;
    /** A PROV_ALGORITHM. */
    uint8_t algorithm;
    /** Digits of a code. */
    uint8_t digits;
    /** With PROV_OTPKIND_TOTP: seconds of a step. */
    uint8_t period_s;
    /** 0. */
    uint8_t reserved[4];
    /** With PROV_OTPKIND_HOTP: the counter of the next code. */
    uint64_t counter;
} prov_otp_kind;

/** The place of a QR code in its export. */
typedef struct {
    /** How many accounts this QR code has. */
    uint32_t count;
    /** The version of the format; 1 is known. */
    uint32_t version;
    /** How many QR codes there are; 0 when it was not said. */
    uint32_t size;
    /** Which one this is, from 0. */
    uint32_t index;
    /** What all of them share; nothing follows from its value. */
    int32_t id;
} prov_batch;

/** Where an account stands, as it was stored. */
typedef struct {
    /** A PROV_FACTOR. */
    uint8_t state;
    /** Recovery codes that are left and that a key of the tenant can still check. */
    uint8_t recovery_left;
    /** 1: there are recovery codes that nobody confirmed to have been shown: recovery_set. */
    uint8_t recovery_unseen;
    /** 1: there is a last_step. */
    uint8_t has_last_step;
    /** Steps by which the clock of the app is taken to be ahead. */
    int16_t drift;
    /** 0. */
    uint8_t reserved[2];
    /** With recovery_unseen: the set, for prov_mfa_recovery_shown. */
    uint64_t recovery_set;
    /** The last accepted step of the live secret. */
    uint64_t last_step;
} prov_factor;

/**
 * One thing to do about a portal user, after the changed account was stored. All of it is idempotent. What does not belong to
 * its kind is 0.
 */
typedef struct {
    /** A PROV_DO. */
    uint8_t kind;
    /** A PROV_MFA. */
    uint8_t event;
    /** A PROV_TOLD. */
    uint8_t notice;
    /** With PROV_DO_END_SESSIONS 1: but for the session keep. */
    uint8_t has_keep;
    /** 0. */
    uint8_t reserved[4];
    /** With has_keep. */
    uint64_t keep;
    /** The source: "192.0.2.7", "2001:db8::/64", "unresolved", or empty. */
    char source[48];
    /** The portal user who acted on somebody else's account; empty: the owner, the provider's staff, or nobody. */
    char actor[40];
} prov_mfa_effect;

/** What a tenant decides about the second factor. The library keeps it nowhere: pass it with every call. */
typedef struct {
    /** Set by prov_mfa_policy_init. */
    uint32_t struct_size;
    /** How codes of new secrets are made: a PROV_ALGORITHM. */
    uint8_t algorithm;
    /** 1: 4 and 5 digits are allowed, although accounts then lock after very few tries. */
    uint8_t short_codes;
    /** Steps accepted on either side; 0 to 2, default 1. */
    uint8_t window;
    /** Wrong codes until an enrolment is void; 1 to 10, default 10. */
    uint8_t enrolment_tries;
    /** 1: the tenant demands the factor of everybody. */
    uint8_t demanded;
    /** 1: an enrolment that is demanded needs a grant of an administrator. */
    uint8_t grants;
    /** What the owner gives to switch the factor off: a PROV_SWITCH_OFF. */
    uint8_t switch_off;
    /**
     * How many recovery codes there are: 1 (default): one, and using it gives a new one; 2 to 20: each is good once.
     */
    uint8_t recovery;
    /** 1: trusted addresses skip the code of a login. */
    uint8_t trusted_addresses;
    /** 0. */
    uint8_t reserved;
    /** Steps searched on either side by prov_mfa_resynchronise; 1 to 1000, default 120; 0: no such login. */
    uint16_t resync_steps;
    /** Digits of a code; default 6. */
    uint32_t digits;
    /** Seconds of a step; default 30. */
    uint32_t period_s;
    /** Where step 0 begins, in seconds since 1970; default 0. */
    uint64_t t0_s;
    /** How long an enrolment waits for its confirmation; one minute to one hour, default 15 min. */
    uint64_t enrolment_ms;
    /** How long a demand waits until the account is locked; one to 90 days, default 14 days; 0: for ever. */
    uint64_t demand_ms;
    /** How long a grant is good; one hour to 30 days, default 72 h. */
    uint64_t grant_ms;
} prov_mfa_policy;

/** What a call about a portal user needs to know. Everything in it is borrowed for the call. */
typedef struct {
    /** Set by prov_mfa_facts_init. */
    uint32_t struct_size;
    /** 0. */
    uint32_t reserved;
    /** The account, as it is stored; never NULL. */
    const prov_account *account;
    /** The tenant, for its keys; never NULL. */
    const prov_tenant *tenant;
    /** The tenant's settings; never NULL. */
    const prov_mfa_policy *policy;
    /**
     * Where the request comes from: one IPv4 or IPv6 address. Length 0: it could not be told, and nobody trusts it.
     */
    const char *address;
    /** Its length. */
    size_t address_len;
    /**
     * Addresses and networks that this portal user trusts, parted by spaces; permanent entries only; may be empty.
     */
    const char *trusted;
    /** Its length. */
    size_t trusted_len;
} prov_mfa_facts;

/** What came of a call about a portal user. What does not belong to it is 0. */
typedef struct {
    /** A PROV_OUTCOME. */
    uint8_t kind;
    /** With PROV_OUTCOME_ENROLMENT: a PROV_ENROL. */
    uint8_t proof;
    /** What let in: a PROV_BY. */
    uint8_t by;
    /** With PROV_OUTCOME_LOCKED 1: a recovery code may still be tried. */
    uint8_t recovery;
    /** With PROV_BY_RECOVERY: good recovery codes that are left, new ones included. Warn at 3 and below of a set. */
    uint8_t left;
    /** New recovery codes to show once: prov_mfa_recovery_code; then prov_mfa_recovery_shown is due. */
    uint8_t codes;
    /** 1: a grant to hand to the owner, shown once: prov_mfa_grant. */
    uint8_t grant;
    /** 0. */
    uint8_t reserved[5];
    /** Steps by which the clock of the app is ahead. */
    int32_t drift;
    /** The session that prov_mfa_password_right drew: keep it and pass it to every call of the session. */
    uint64_t session;
    /** With codes: their set, for prov_mfa_recovery_shown. */
    uint64_t set;
    /** See the kinds; after prov_mfa_begin_enrolment when the secret is void. */
    int64_t until_ms;
    /** With PROV_OUTCOME_CLOCK_ERROR. */
    uint64_t behind;
} prov_mfa_outcome;

/** Success. */
#define PROV_OK 0

/** A pointer is NULL that must not be. */
#define PROV_E_NULL 1
/** A text is not UTF-8. */
#define PROV_E_UTF8 2
/** The caller's buffer is too short. */
#define PROV_E_BUFFER 3
/** The library has a bug and stopped this call. */
#define PROV_E_PANIC 4
/** A handle was in use when the library stopped a call: free it, and load the record again. */
#define PROV_E_POISONED 5
/** A struct has a size or a field that this version of the library does not know. */
#define PROV_E_VERSION 6
/** A number is not one of those listed, or the handle does not hold what was asked for. */
#define PROV_E_ARGUMENT 7
/** An instant lies before 2020 or after 2200. */
#define PROV_E_TIME_OUT_OF_RANGE 100
/** Text is not a MAC address. */
#define PROV_E_MAC_SHAPE 200
/** A MAC address is multicast. */
#define PROV_E_MAC_MULTICAST 201
/** A MAC address is all zeros. */
#define PROV_E_MAC_ZERO 202
/** Entropy is 32 equal bytes, so nobody drew it. */
#define PROV_E_ENTROPY_UNSET 300
/** A tenant key is 32 equal bytes. */
#define PROV_E_KEY_WEAK 310
/** The current and the previous key have the same id. */
#define PROV_E_KEY_SAME_ID 311
/** Text is not a tenant id. */
#define PROV_E_ID_TENANT 400
/** Text is not an enrolment id. */
#define PROV_E_ID_ENROLMENT 401
/** Text is not the id of a portal user. */
#define PROV_E_ID_USER 402
/** Text is not a PIN of the allowed length. */
#define PROV_E_PAP_SHAPE 500
/** No free PIN is left among those allowed. */
#define PROV_E_PAP_EXHAUSTED 501
/** A PIN entry holds anything but ASCII digits. */
#define PROV_E_ATTEMPT_NOT_DIGITS 510
/** A policy number lies outside its range. */
#define PROV_E_POLICY_RANGE 600
/** Two policy settings contradict each other. */
#define PROV_E_POLICY_CONFLICT 601
/** An emergency number is not 2 to 6 digits. */
#define PROV_E_POLICY_EMERGENCY_NUMBER 602
/** The tenant would have no emergency number. */
#define PROV_E_POLICY_EMERGENCY_EMPTY 603
/** Text is not an address or a CIDR prefix. */
#define PROV_E_PREFIX_SHAPE 700
/** Address bits are set to the right of the prefix length. */
#define PROV_E_PREFIX_HOST_BITS 701
/** A prefix length is out of range or not a plain number. */
#define PROV_E_PREFIX_LENGTH 702
/** An address has leading zeros. */
#define PROV_E_PREFIX_LEADING_ZERO 703
/** A netmask stands where a prefix length belongs. */
#define PROV_E_PREFIX_NETMASK 704
/** White space stands inside an address. */
#define PROV_E_PREFIX_SPACE 705
/** An address carries a zone id. */
#define PROV_E_PREFIX_ZONE 706
/** An address carries a port. */
#define PROV_E_PREFIX_PORT 707
/** A range that stands for translated or tunnelled IPv4. */
#define PROV_E_PREFIX_TRANSLATED 708
/** A prefix is wider than policy allows. */
#define PROV_E_PREFIX_TOO_WIDE 709
/** The prefix is already on the whitelist. */
#define PROV_E_WHITELIST_DUPLICATE 800
/** The prefix is not on the whitelist. */
#define PROV_E_WHITELIST_UNKNOWN 801
/** A label is too long or holds a control character. */
#define PROV_E_WHITELIST_LABEL 802
/** The whitelist holds the most entries it may. */
#define PROV_E_WHITELIST_FULL 803
/** There is no such device. */
#define PROV_E_ADMIN_UNKNOWN_DEVICE 900
/** The device exists already. */
#define PROV_E_ADMIN_DEVICE_EXISTS 901
/** The MAC address cannot be added. */
#define PROV_E_ADMIN_KNOWN_ELSEWHERE 902
/** There is no such account slot. */
#define PROV_E_ADMIN_ACCOUNT 903
/** The network a suspension is bound to is wider than policy allows. */
#define PROV_E_ADMIN_BIND_WIDE 904
/** Suspending a device an administrator blocked needs confirmation. */
#define PROV_E_ADMIN_CONFIRM_BLOCKED 905
/** The end of the installed period is not ahead. */
#define PROV_E_ADMIN_INSTALLED_UNTIL 906
/** A text is too long or holds a control character. */
#define PROV_E_ADMIN_TEXT 907
/** The number of accounts is out of range. */
#define PROV_E_ADMIN_ACCOUNTS 908
/** A snapshot ends too early. */
#define PROV_E_SNAPSHOT_CUT_OFF 1000
/** Bytes are no libprov snapshot. */
#define PROV_E_SNAPSHOT_NOT_OURS 1001
/** A snapshot comes from a newer version. */
#define PROV_E_SNAPSHOT_NEWER 1002
/** A snapshot holds another kind of record. */
#define PROV_E_SNAPSHOT_TYPE 1003
/** A snapshot was altered or damaged. */
#define PROV_E_SNAPSHOT_CHECKSUM 1004
/** A snapshot's fields cannot be read. */
#define PROV_E_SNAPSHOT_FORM 1005
/** A snapshot's values contradict each other. */
#define PROV_E_SNAPSHOT_INVARIANT 1006
/** There is no such vendor or model. */
#define PROV_E_RENDER_UNKNOWN_MODEL 1100
/** A value holds a character the file format cannot carry. */
#define PROV_E_RENDER_CHARACTER 1101
/** A value means something else to this device. */
#define PROV_E_RENDER_RESERVED 1102
/** A value is longer than the device takes. */
#define PROV_E_RENDER_TOO_LONG 1103
/** A raw override is not allowed. */
#define PROV_E_RENDER_OVERRIDE 1104
/** This model has no such rendering. */
#define PROV_E_RENDER_UNSUPPORTED 1105
/** A value begins or ends with a space, which the device would drop. */
#define PROV_E_RENDER_SPACE 1106
/** A render job holds something that is not allowed. */
#define PROV_E_RENDER_VALUE 1107
/** A value holds a character the device's character set does not have. */
#define PROV_E_RENDER_CHARSET 1108
/** A secret may not go out, and this device forgets what a file leaves out. */
#define PROV_E_RENDER_WITHHELD 1109
/** A profile cannot be read. */
#define PROV_E_PROFILE_FORM 1110
/** A profile value is not allowed. */
#define PROV_E_PROFILE_VALUE 1111
/** A configuration file cannot be read. */
#define PROV_E_READ_SYNTAX 1120
/** A forwarding header name is not an HTTP field name. */
#define PROV_E_CLIENT_HEADER_NAME 1200
/** A tenant's settings are nonsense. */
#define PROV_E_TENANT_POLICY 1300
/** The whitelist refuses a change. */
#define PROV_E_TENANT_WHITELIST 1301
/** A one-time-password secret is too short or too long. */
#define PROV_E_OTP_SECRET_LENGTH 1400
/** A character is no Base32. */
#define PROV_E_OTP_BASE32 1401
/** Base32 text is cut off. */
#define PROV_E_OTP_BASE32_CUT 1402
/** A one-time-password setting is out of range. */
#define PROV_E_OTP_RANGE 1403
/** Codes of 4 or 5 digits were not asked for. */
#define PROV_E_OTP_SHORT_CODES 1404
/** An issuer or account name is not allowed. */
#define PROV_E_OTP_TEXT 1405
/** An otpauth URI or a part of it is too long. */
#define PROV_E_OTP_URI_LONG 1410
/** A URI has another scheme. */
#define PROV_E_OTP_URI_SCHEME 1411
/** A part of an otpauth URI has a bad percent escape or is no UTF-8. */
#define PROV_E_OTP_URI_ESCAPE 1412
/** A part of an otpauth URI stands there twice. */
#define PROV_E_OTP_URI_DUPLICATE 1413
/** A part of an otpauth URI is missing. */
#define PROV_E_OTP_URI_MISSING 1414
/** A part of an otpauth URI cannot be taken over. */
#define PROV_E_OTP_URI_VALUE 1415
/** The data of an authenticator export are no Base64. */
#define PROV_E_OTP_EXPORT_DATA 1420
/** The data of an authenticator export cannot be read. */
#define PROV_E_OTP_EXPORT_FORM 1421
/** A text does not fit a QR code. */
#define PROV_E_OTP_QR_LONG 1430
/** An administrator acts on the own account. */
#define PROV_E_MFA_OWN_ACCOUNT 1440
/** An administrator gave no second factor just now. */
#define PROV_E_MFA_ACTOR_FACTOR 1441
/** The risk of switching off was not accepted. */
#define PROV_E_MFA_RISK_NOT_ACCEPTED 1442
/** A roster has no header line. */
#define PROV_E_ROSTER_EMPTY 1500
/** A column title is unknown. */
#define PROV_E_ROSTER_TITLE_UNKNOWN 1501
/** A column stands there twice. */
#define PROV_E_ROSTER_TITLE_TWICE 1502
/** A column is missing. */
#define PROV_E_ROSTER_TITLE_MISSING 1503
/** A roster has more rows than it may. */
#define PROV_E_ROSTER_ROWS 1504
/** More is wrong with a roster than is kept. */
#define PROV_E_ROSTER_FAULTS 1505
/** A field is not UTF-8. */
#define PROV_E_ROSTER_ENCODING 1510
/** Text stands behind a closing quote. */
#define PROV_E_ROSTER_QUOTE_STRAY 1511
/** A quote is never closed. */
#define PROV_E_ROSTER_QUOTE_OPEN 1512
/** A line is too long. */
#define PROV_E_ROSTER_LINE_BYTES 1513
/** A line has fewer fields than the header. */
#define PROV_E_ROSTER_FIELDS_FEW 1514
/** A line has more fields than the header. */
#define PROV_E_ROSTER_FIELDS_MANY 1515
/** A vendor is unknown. */
#define PROV_E_ROSTER_VENDOR 1520
/** A model is unknown. */
#define PROV_E_ROSTER_MODEL 1521
/** A field is not the MAC address of a device. */
#define PROV_E_ROSTER_MAC 1522
/** A MAC address stands on an earlier line. */
#define PROV_E_ROSTER_MAC_TWICE 1523
/** A MAC address is a device of the tenant already. */
#define PROV_E_ROSTER_MAC_KNOWN 1524
/** A creation date cannot be read. */
#define PROV_E_ROSTER_DATE 1525
/** A text is too long or holds a control character. */
#define PROV_E_ROSTER_TEXT 1526
/** A number of accounts is out of range. */
#define PROV_E_ROSTER_ACCOUNTS 1527
/** A roster has bad lines, and nothing was imported. */
#define PROV_E_ROSTER_BAD_LINES 1530

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The version of the binary interface that the library has: PROV_ABI_VERSION of its own header. Number 1 is not frozen before
 * the first release: until then it may change under the same number, so build against the header of the same commit.
 */
uint32_t prov_abi_version(void);

/** The version of the library, such as "0.1.0": static text. */
const char *prov_version(void);

/** What a status means, in one English line: static text, never NULL. */
const char *prov_status_text(prov_status status);

/** The status that the failed call returned. */
prov_status prov_error_status(const prov_error *error, prov_status *out);

/**
 * What was wrong, where, and the fix where there is one: one English line.
 * text  a view that lives as long as the error; with a NUL behind it.
 * len   may be NULL; the bytes before the NUL.
 */
prov_status prov_error_text(const prov_error *error, const char **text, size_t *len);

/**
 * Where a profile or a render job is wrong: the field's path, such as "accounts[1].server.port", which prov_profile_set takes as
 * well. What is of the job alone has a name that is no path of a profile: url or provisioning.url, provisioning.login.user,
 * enrolment.server.host, emergency[2] and the like. A profile that is wrong as a whole is called "the profile". Empty for text
 * that is no JSON, for an argument or a member of the job that the text calls job.overrides and the like, and for all else.
 * field  a view that lives as long as the error; with a NUL behind it.
 * len    may be NULL; the bytes before the NUL.
 */
prov_status prov_error_field(const prov_error *error,
                             const char **field,
                             size_t *len);

/**
 * Which layer of a profile is wrong.
 * out  a PROV_LAYER; 0 where the failure is of no layer.
 */
prov_status prov_error_layer(const prov_error *error, uint8_t *out);

/** Frees an error; NULL is fine. */
void prov_error_free(prov_error *error);

/**
 * Lends the bytes.
 * data  a view that lives as long as the handle; with a NUL behind it, so that JSON can be used as a string.
 * len   the bytes before that NUL.
 */
prov_status prov_bytes_view(const prov_bytes *bytes, const uint8_t **data, size_t *len);

/** Wipes and frees the bytes; NULL is fine. */
void prov_bytes_free(prov_bytes *bytes);

/**
 * Reads a MAC address: 12 hex digits in any case, bare or in groups with "-", ":" or ".". Multicast and zero are refused.
 */
prov_status prov_mac_parse(const char *text,
                           size_t len,
                           uint8_t mac[6],
                           prov_error **error);

/** Writes a MAC address as "aa:bb:cc:dd:ee:ff": 17 characters and a NUL. */
prov_status prov_mac_format(const uint8_t mac[6], char *buf, size_t cap, size_t *needed);

/**
 * The MAC address inside the SIP user of an enrolment, with or without port suffix: which device to load before
 * prov_enter_pap. It is a claim until that call.
 */
prov_status prov_enrolment_mac(const char *sip_user, size_t sip_user_len, uint8_t mac[6], prov_error **error);

/**
 * The key of what is remembered of a requester: the IPv4 address, the IPv6 /64, or "unresolved" for an empty address.
 * wider  1: the IPv6 /48 around it instead, for prov_facts.wider; empty where there is none.
 */
prov_status prov_source_key(const char *address,
                            size_t address_len,
                            uint8_t wider,
                            char *buf,
                            size_t cap,
                            size_t *needed);

/**
 * The key of the source inside the SIP user of an enrolment: which records to load before prov_enter_pap.
 * wider  as for prov_source_key.
 */
prov_status prov_enrolment_source(const char *sip_user,
                                  size_t sip_user_len,
                                  uint8_t wider,
                                  char *buf,
                                  size_t cap,
                                  size_t *needed);

/**
 * Reads a tenant from bytes of prov_tenant_bytes, of this version of the library or an older one.
 * out  a new handle; free it with prov_tenant_free.
 */
prov_status prov_tenant_from_bytes(const uint8_t *bytes, size_t len, prov_tenant **out, prov_error **error);

/**
 * Reads a tenant from JSON of prov_tenant_json, of this version of the library or an older one.
 * out  a new handle; free it with prov_tenant_free.
 */
prov_status prov_tenant_from_json(const char *json, size_t len, prov_tenant **out, prov_error **error);

/**
 * Writes a tenant as compact bytes, for stores.
 * out  new bytes; free them with prov_bytes_free.
 */
prov_status prov_tenant_bytes(const prov_tenant *tenant, prov_bytes **out);

/**
 * Writes a tenant as JSON, for people.
 * out  new bytes; free them with prov_bytes_free.
 */
prov_status prov_tenant_json(const prov_tenant *tenant, prov_bytes **out);

/** The revision of a tenant, for compare-and-swap. */
prov_status prov_tenant_revision(const prov_tenant *tenant, uint64_t *out);

/** Frees a tenant; NULL is fine. */
void prov_tenant_free(prov_tenant *tenant);

/**
 * Reads a device from bytes of prov_device_bytes, of this version of the library or an older one.
 * out  a new handle; free it with prov_device_free.
 */
prov_status prov_device_from_bytes(const uint8_t *bytes, size_t len, prov_device **out, prov_error **error);

/**
 * Reads a device from JSON of prov_device_json, of this version of the library or an older one.
 * out  a new handle; free it with prov_device_free.
 */
prov_status prov_device_from_json(const char *json, size_t len, prov_device **out, prov_error **error);

/**
 * Writes a device as compact bytes, for stores.
 * out  new bytes; free them with prov_bytes_free.
 */
prov_status prov_device_bytes(const prov_device *device, prov_bytes **out);

/**
 * Writes a device as JSON, for people.
 * out  new bytes; free them with prov_bytes_free.
 */
prov_status prov_device_json(const prov_device *device, prov_bytes **out);

/** The revision of a device, for compare-and-swap. */
prov_status prov_device_revision(const prov_device *device, uint64_t *out);

/** Frees a device; NULL is fine. */
void prov_device_free(prov_device *device);

/**
 * Reads a temporary whitelist entry from bytes of prov_temp_bytes, of this version of the library or an older one.
 * out  a new handle; free it with prov_temp_free.
 */
prov_status prov_temp_from_bytes(const uint8_t *bytes, size_t len, prov_temp **out, prov_error **error);

/**
 * Reads a temporary whitelist entry from JSON of prov_temp_json, of this version of the library or an older one.
 * out  a new handle; free it with prov_temp_free.
 */
prov_status prov_temp_from_json(const char *json, size_t len, prov_temp **out, prov_error **error);

/**
 * Writes a temporary whitelist entry as compact bytes, for stores.
 * out  new bytes; free them with prov_bytes_free.
 */
prov_status prov_temp_bytes(const prov_temp *temp, prov_bytes **out);

/**
 * Writes a temporary whitelist entry as JSON, for people.
 * out  new bytes; free them with prov_bytes_free.
 */
prov_status prov_temp_json(const prov_temp *temp, prov_bytes **out);

/** The revision of a temporary whitelist entry, for compare-and-swap. */
prov_status prov_temp_revision(const prov_temp *temp, uint64_t *out);

/** Frees a temporary whitelist entry; NULL is fine. */
void prov_temp_free(prov_temp *temp);

/**
 * Reads a source guard from bytes of prov_source_guard_bytes, of this version of the library or an older one.
 * out  a new handle; free it with prov_source_guard_free.
 */
prov_status prov_source_guard_from_bytes(const uint8_t *bytes, size_t len, prov_source_guard **out, prov_error **error);

/**
 * Reads a source guard from JSON of prov_source_guard_json, of this version of the library or an older one.
 * out  a new handle; free it with prov_source_guard_free.
 */
prov_status prov_source_guard_from_json(const char *json, size_t len, prov_source_guard **out, prov_error **error);

/**
 * Writes a source guard as compact bytes, for stores.
 * out  new bytes; free them with prov_bytes_free.
 */
prov_status prov_source_guard_bytes(const prov_source_guard *guard, prov_bytes **out);

/**
 * Writes a source guard as JSON, for people.
 * out  new bytes; free them with prov_bytes_free.
 */
prov_status prov_source_guard_json(const prov_source_guard *guard, prov_bytes **out);

/** The revision of a source guard, for compare-and-swap. */
prov_status prov_source_guard_revision(const prov_source_guard *guard, uint64_t *out);

/** Frees a source guard; NULL is fine. */
void prov_source_guard_free(prov_source_guard *guard);

/**
 * Reads a tenant guard from bytes of prov_tenant_guard_bytes, of this version of the library or an older one.
 * out  a new handle; free it with prov_tenant_guard_free.
 */
prov_status prov_tenant_guard_from_bytes(const uint8_t *bytes, size_t len, prov_tenant_guard **out, prov_error **error);

/**
 * Reads a tenant guard from JSON of prov_tenant_guard_json, of this version of the library or an older one.
 * out  a new handle; free it with prov_tenant_guard_free.
 */
prov_status prov_tenant_guard_from_json(const char *json, size_t len, prov_tenant_guard **out, prov_error **error);

/**
 * Writes a tenant guard as compact bytes, for stores.
 * out  new bytes; free them with prov_bytes_free.
 */
prov_status prov_tenant_guard_bytes(const prov_tenant_guard *guard, prov_bytes **out);

/**
 * Writes a tenant guard as JSON, for people.
 * out  new bytes; free them with prov_bytes_free.
 */
prov_status prov_tenant_guard_json(const prov_tenant_guard *guard, prov_bytes **out);

/** The revision of a tenant guard, for compare-and-swap. */
prov_status prov_tenant_guard_revision(const prov_tenant_guard *guard, uint64_t *out);

/** Frees a tenant guard; NULL is fine. */
void prov_tenant_guard_free(prov_tenant_guard *guard);

/**
 * Reads an adoption pool from bytes of prov_adoption_bytes, of this version of the library or an older one.
 * out  a new handle; free it with prov_adoption_free.
 */
prov_status prov_adoption_from_bytes(const uint8_t *bytes, size_t len, prov_adoption **out, prov_error **error);

/**
 * Reads an adoption pool from JSON of prov_adoption_json, of this version of the library or an older one.
 * out  a new handle; free it with prov_adoption_free.
 */
prov_status prov_adoption_from_json(const char *json, size_t len, prov_adoption **out, prov_error **error);

/**
 * Writes an adoption pool as compact bytes, for stores.
 * out  new bytes; free them with prov_bytes_free.
 */
prov_status prov_adoption_bytes(const prov_adoption *pool, prov_bytes **out);

/**
 * Writes an adoption pool as JSON, for people.
 * out  new bytes; free them with prov_bytes_free.
 */
prov_status prov_adoption_json(const prov_adoption *pool, prov_bytes **out);

/** The revision of an adoption pool, for compare-and-swap. */
prov_status prov_adoption_revision(const prov_adoption *pool, uint64_t *out);

/** Frees an adoption pool; NULL is fine. */
void prov_adoption_free(prov_adoption *pool);

/**
 * Whom a source guard is about: "192.0.2.1", "2001:db8::/64", "2001:db8:1::/48" or "unresolved". The key to store it under.
 */
prov_status prov_source_guard_key(const prov_source_guard *guard,
                                  char *buf,
                                  size_t cap,
                                  size_t *needed);

/** How many devices are on offer at an instant. */
prov_status prov_adoption_count(const prov_adoption *pool, int64_t now_ms, size_t *out);

/**
 * One device on offer, in the order of their coming; PROV_E_ARGUMENT for an index at or above the count at that instant.
 * out  with its sizeof in out_size.
 */
prov_status prov_adoption_offer(const prov_adoption *pool,
                                size_t index,
                                int64_t now_ms,
                                prov_offer *out,
                                size_t out_size);

/**
 * The pool without a device: it was created, or is not wanted.
 * out  a new handle; free it with prov_adoption_free.
 */
prov_status prov_adoption_without(const prov_adoption *pool, const uint8_t mac[6], prov_adoption **out);

/** Prepares the struct; size is its sizeof. */
prov_status prov_new_tenant_init(prov_new_tenant *config, size_t size);

/**
 * Makes a tenant with the defaults of a preset, an empty permanent whitelist (on premises: its own networks) and one key.
 * Other settings are changed in its JSON snapshot, which is checked when it is read.
 * config  prepared by prov_new_tenant_init.
 * out     a new handle; free it with prov_tenant_free.
 */
prov_status prov_tenant_new(const prov_new_tenant *config,
                            prov_tenant **out,
                            prov_error **error);

/**
 * The tenant with one more prefix on its permanent whitelist. Store it, then resync the waiting devices it exempts.
 * prefix  an IPv4 or IPv6 address or CIDR range. Host bits, netmasks, ports and the like are refused; error has the right
 *         spelling.
 * label   what people call it: at most 64 characters, may be empty.
 * out     a new handle; the old one stays as it is.
 */
prov_status prov_tenant_whitelist_add(const prov_tenant *tenant,
                                      const char *prefix,
                                      size_t prefix_len,
                                      const char *label,
                                      size_t label_len,
                                      prov_tenant **out,
                                      prov_error **error);

/**
 * The tenant without a prefix on its permanent whitelist.
 * prefix  exactly as it stands there, in any spelling that prov_tenant_whitelist_add takes.
 * out     a new handle; the old one stays as it is.
 */
prov_status prov_tenant_whitelist_remove(const prov_tenant *tenant,
                                         const char *prefix,
                                         size_t prefix_len,
                                         prov_tenant **out,
                                         prov_error **error);

/**
 * Finds the most specific entry of the permanent whitelist that holds an address. The time it takes hardly depends on the
 * number of entries.
 * address  one IPv4 or IPv6 address; IPv4-mapped IPv6 counts as IPv4. Length 0 could not be told: no entry holds it.
 * out      with its sizeof in out_size.
 * label    buf, cap and needed for the label of the entry; NULL and 0 where it is not wanted.
 */
prov_status prov_whitelist_lookup(const prov_tenant *tenant,
                                  const char *address,
                                  size_t address_len,
                                  prov_match *out,
                                  size_t out_size,
                                  char *label,
                                  size_t label_cap,
                                  size_t *label_needed,
                                  prov_error **error);

/** Prepares the struct: every record NULL; size is its sizeof. */
prov_status prov_facts_init(prov_facts *facts, size_t size);

/** Prepares the struct: a GET of a main file that presents nothing; size is its sizeof. */
prov_status prov_request_init(prov_request *request, size_t size);

/**
 * The answer of prov_decide; PROV_E_ARGUMENT for a decision of another call.
 * out  with its sizeof in out_size.
 */
prov_status prov_decision_answer(const prov_decision *decision, prov_answer *out, size_t out_size);

/**
 * The verdict of prov_enter_pap; PROV_E_ARGUMENT for a decision of another call.
 * out  with its sizeof in out_size.
 */
prov_status prov_decision_verdict(const prov_decision *decision, prov_verdict *out, size_t out_size);

/** Which records changed: PROV_WRITE bits. 0: there is nothing to store. */
prov_status prov_decision_writes(const prov_decision *decision, uint32_t *out);

/**
 * The changed device.
 * out  a new handle, to be freed with prov_device_free; NULL where it did not change.
 */
prov_status prov_decision_device(const prov_decision *decision, prov_device **out);

/**
 * The device that took over from a broken one.
 * out  a new handle, to be freed with prov_device_free; NULL where there is none.
 */
prov_status prov_decision_second(const prov_decision *decision, prov_device **out);

/**
 * The changed temporary whitelist entry.
 * out  a new handle, to be freed with prov_temp_free; NULL where it did not change.
 */
prov_status prov_decision_temp(const prov_decision *decision, prov_temp **out);

/**
 * The changed source guard.
 * out  a new handle, to be freed with prov_source_guard_free; NULL where it did not change.
 */
prov_status prov_decision_source_guard(const prov_decision *decision, prov_source_guard **out);

/**
 * The changed guard of the /48 around the source.
 * out  a new handle, to be freed with prov_source_guard_free; NULL where it did not change.
 */
prov_status prov_decision_wider_guard(const prov_decision *decision, prov_source_guard **out);

/**
 * The changed adoption pool.
 * out  a new handle, to be freed with prov_adoption_free; NULL where it did not change.
 */
prov_status prov_decision_adoption(const prov_decision *decision, prov_adoption **out);

/**
 * The changed tenant guard.
 * out  a new handle, to be freed with prov_tenant_guard_free; NULL where it did not change.
 */
prov_status prov_decision_tenant_guard(const prov_decision *decision, prov_tenant_guard **out);

/** How many effects there are. */
prov_status prov_decision_effect_count(const prov_decision *decision, size_t *out);

/**
 * One effect, in the order to perform them; PROV_E_ARGUMENT for an index at or above the count.
 * out  with its sizeof in out_size.
 */
prov_status prov_decision_effect(const prov_decision *decision, size_t index, prov_effect *out, size_t out_size);

/**
 * Why a request was answered as it was, and what would change that: sentences for administrators, without secrets.
 * PROV_E_ARGUMENT for a decision of another call than prov_decide.
 * lang  a PROV_LANG.
 */
prov_status prov_decision_explain(const prov_decision *decision, uint8_t lang, char *buf, size_t cap, size_t *needed);

/**
 * The SIP user of the enrolment of a restricted answer: 42 to 52 characters. PROV_E_ARGUMENT for any other answer.
 * port  0 for the device, from 1 for one of its ports or handsets.
 */
prov_status prov_decision_sip_user(const prov_decision *decision, uint8_t port, char *buf, size_t cap, size_t *needed);

/**
 * The SIP password of the enrolment of a restricted answer, the same for every port: 32 characters, secret.
 * PROV_E_ARGUMENT for any other answer.
 */
prov_status prov_decision_sip_password(const prov_decision *decision, char *buf, size_t cap, size_t *needed);

/**
 * The fetch token of the enrolment of a restricted answer, for the URL or HTTP login that its file sets: 68 or 74 characters,
 * secret. PROV_E_ARGUMENT for any other answer.
 */
prov_status prov_decision_token(const prov_decision *decision,
                                char *buf,
                                size_t cap,
                                size_t *needed);

/**
 * The device credential of a full answer with PROV_SECRET_CREDENTIAL, for the URL or HTTP login that its file sets:
 * 34 characters, secret. PROV_E_ARGUMENT for any other answer.
 */
prov_status prov_decision_credential(const prov_decision *decision, char *buf, size_t cap, size_t *needed);

/** The user name of that credential in HTTP authentication: 12 hex digits. */
prov_status prov_decision_credential_user(const prov_decision *decision, char *buf, size_t cap, size_t *needed);

/** Wipes and frees a decision; NULL is fine. */
void prov_decision_free(prov_decision *decision);

/** The name of a PROV_RULE as the specification writes it, such as "R6a": static text; NULL for an unknown number. */
const char *prov_rule_name(uint8_t rule);

/** The name of a PROV_AUDIT for logs, such as "pap_wrong": static text; NULL for an unknown number. */
const char *prov_audit_name(uint8_t event);

/** The wire name of a PROV_STATE, such as "required": static text; NULL for an unknown number. */
const char *prov_state_name(uint8_t state);

/**
 * Answers a request for a file. A deny or restricted answer may leave before its writes are stored; a full one only after,
 * and on a conflict the records are loaded and the call is made again.
 * facts    the device of request.mac, and the records of its source.
 * request  prepared by prov_request_init.
 * out      a new decision with an answer; free it with prov_decision_free.
 */
prov_status prov_decide(const prov_facts *facts,
                        const prov_request *request,
                        int64_t now_ms,
                        const uint8_t entropy[32],
                        prov_decision **out,
                        prov_error **error);

/**
 * Judges one entry of the PIN dialogue. Store the writes, then speak: not before, or two nodes could judge one try each.
 * facts       the device of prov_enrolment_mac; in source, wider and budget the guards of prov_enrolment_source and of the
 *             tenant. Without them nothing limits how many PINs a source may try.
 * attempt_id  the host's own number of this entry on this device; the same number again gives the same verdict and is not
 *             counted twice.
 * sip_user    of the caller, as the PBX authenticated it.
 * digits      what was typed before "#"; length 0 for nothing. Anything but ASCII digits is PROV_E_ATTEMPT_NOT_DIGITS.
 * out         a new decision with a verdict; free it with prov_decision_free.
 */
prov_status prov_enter_pap(const prov_facts *facts,
                           uint64_t attempt_id,
                           const char *sip_user,
                           size_t sip_user_len,
                           const char *digits,
                           size_t digits_len,
                           int64_t now_ms,
                           prov_decision **out,
                           prov_error **error);

/**
 * Says that the full configuration of a lease arrived: its file was sent completely, or its account registered. A second call
 * changes nothing; one for a lease that is not the device's last is audited and changes nothing.
 * facts  the device; in temp and source the temporary whitelist entry and the guard of the lease's source
 *        (prov_device_lease), in budget the guard of the tenant.
 * lease  of prov_answer or prov_lease.
 * out    a new decision; free it with prov_decision_free.
 */
prov_status prov_delivered(const prov_facts *facts,
                           uint64_t lease,
                           int64_t now_ms,
                           prov_decision **out,
                           prov_error **error);

/**
 * Says that the full configuration of a lease did not arrive: its secrets may be fetched again from the same source. Calling
 * it twice is harmless; a prov_delivered that comes after it still counts.
 * out    a new decision; free it with prov_decision_free.
 */
prov_status prov_not_delivered(const prov_facts *facts,
                               uint64_t lease,
                               int64_t now_ms,
                               prov_decision **out,
                               prov_error **error);

/**
 * Performs what is due by itself: ends of locks, accepted PAPs and suspensions. Call it at prov_device_next_timeout; late,
 * early or twice is harmless.
 * out    a new decision; free it with prov_decision_free.
 */
prov_status prov_handle_timeout(const prov_facts *facts,
                                int64_t now_ms,
                                prov_decision **out,
                                prov_error **error);

/**
 * Says that the effects of a device's record were performed, so that they need not be performed again after a crash.
 * revision  of the record whose effects they were.
 * out       a new handle of the record to store, to be freed with prov_device_free; NULL where there is nothing to store:
 *           the record has another revision, or nothing is pending.
 */
prov_status prov_effects_done(const prov_device *device,
                              uint64_t revision,
                              prov_device **out);

/**
 * Finds who a SIP or HTTP user name is, and the password for digest authentication. Unknown names cost the same and get a
 * dummy password.
 * facts  the device of prov_enrolment_mac, or of the MAC that an HTTP user name is.
 * user   an enrolment's SIP user with or without port, or the 12 hex digits of a credential's user.
 * out    with its sizeof in out_size.
 * buf    for the password: 33 or 35 bytes, secret.
 */
prov_status prov_identify(const prov_facts *facts,
                          const char *user,
                          size_t user_len,
                          int64_t now_ms,
                          prov_identity *out,
                          size_t out_size,
                          char *buf,
                          size_t cap,
                          size_t *needed,
                          prov_error **error);

/** Prepares the struct: a new call; size is its sizeof. */
prov_status prov_call_init(prov_call *call, size_t size);

/** The PROV_SIP of a method's name, such as "INVITE"; PROV_SIP_OTHER for all others. */
prov_status prov_sip_method(const char *name, size_t name_len, uint8_t *out);

/**
 * Routes a call, or judges another SIP request, of or to an account.
 * Where an INVITE fails here (a clock that is not set, text that is no UTF-8, a poisoned handle), ask prov_emergency_number,
 * which needs neither clock nor records, and connect the call if that names one.
 * facts  the device of the account that asks, or of the enrolment account that is called; prov_enrolment_mac names it. For an
 *        enrolment account in source, wider and budget the guards of prov_enrolment_source and of the tenant. For a full account
 *        that is not delivered yet in temp and source the temporary whitelist entry and the guard of the source of
 *        prov_device_lease, and in budget the guard of the tenant.
 * call   prepared by prov_call_init.
 * out    a new decision for prov_decision_route; free it with prov_decision_free. Store its records before the call is
 *        connected, but for PROV_ROUTE_EMERGENCY.
 */
prov_status prov_route(const prov_facts *facts,
                       const prov_call *call,
                       int64_t now_ms,
                       prov_decision **out,
                       prov_error **error);

/**
 * What a call of prov_route came to; PROV_E_ARGUMENT for a decision of another call.
 * out  with its sizeof in out_size.
 */
prov_status prov_decision_route(const prov_decision *decision, prov_routed *out, size_t out_size);

/** The site of the device of an emergency call, at most 64 characters; empty where none was named. */
prov_status prov_decision_site(const prov_decision *decision, char *buf, size_t cap, size_t *needed);

/**
 * Says that a full account registered, authenticated: the first time, that its configuration arrived. Of an earlier epoch, and
 * of a blocked or inactive device, it changes nothing but the audit; so does every further one.
 * facts  as for prov_route.
 * epoch  as in prov_call.
 * out    a new decision; free it with prov_decision_free.
 */
prov_status prov_registered(const prov_facts *facts,
                            uint8_t account,
                            uint64_t epoch,
                            int64_t now_ms,
                            prov_decision **out,
                            prov_error **error);

/**
 * Says that a call of or to an enrolment account is over: its place is free for the next. Calling it twice, or for a call that
 * holds no place, is harmless; without it the place is free after three minutes.
 * facts  the device of prov_enrolment_mac.
 * user   the SIP user of the enrolment account.
 * out    a new decision; free it with prov_decision_free.
 */
prov_status prov_hung_up(const prov_facts *facts,
                         const char *user,
                         size_t user_len,
                         int64_t now_ms,
                         prov_decision **out,
                         prov_error **error);

/**
 * Brings a dialled user part, or a sip:, sips:, tel: or urn: URI, to one form: digits with "*", "#" and a leading "+", or
 * "urn:service:sos". Empty for what is no number.
 * buf  at most 32 bytes.
 */
prov_status prov_number_normalise(const char *text,
                                  size_t len,
                                  char *buf,
                                  size_t cap,
                                  size_t *needed,
                                  prov_error **error);

/**
 * The emergency number of the tenant that was dialled, in any spelling, also behind its outside-line prefix: 2 to 6 digits,
 * empty for any other number.
 */
prov_status prov_emergency_number(const prov_tenant *tenant,
                                  const char *text,
                                  size_t len,
                                  char *buf,
                                  size_t cap,
                                  size_t *needed,
                                  prov_error **error);

/**
 * The emergency numbers of a country, parted by spaces, as prov_new_tenant takes them; docs/facts/emergency.md has their
 * sources. Try them with your operator before you rely on them. Empty for a country without a preset.
 * country  two letters of ISO 3166-1, in any case; length 0 gives the countries there are instead, parted by spaces.
 */
prov_status prov_emergency_preset(const char *country,
                                  size_t country_len,
                                  char *buf,
                                  size_t cap,
                                  size_t *needed,
                                  prov_error **error);

/**
 * The sentences of an announcement, for text to speech.
 * announcement  a PROV_PLAY.
 * tries_left    with PROV_PLAY_TRIES_LEFT; else not looked at.
 * until_ms      with PROV_PLAY_LOCKED; else not looked at.
 * lang          a PROV_LANG.
 * now_ms        from when the length of a lock is counted.
 */
prov_status prov_announcement_text(uint8_t announcement,
                                   uint8_t tries_left,
                                   int64_t until_ms,
                                   uint8_t lang,
                                   int64_t now_ms,
                                   char *buf,
                                   size_t cap,
                                   size_t *needed,
                                   prov_error **error);

/**
 * A dialogue for a call that was just answered: play PROV_PLAY_ENTER_PIN. Times, the cap on length and the emergency numbers
 * are the tenant's; they are known behind its outside-line prefix as well.
 * call  drawn at random: its low 56 bits must be those of no other call of the device, for attempt ids are made of it.
 * out   a new handle; free it with prov_dialogue_free.
 */
prov_status prov_dialogue_new(const prov_tenant *tenant,
                              uint64_t call,
                              int64_t now_ms,
                              prov_dialogue **out,
                              prov_error **error);

/**
 * Takes a key press.
 * key  the character: '0' to '9', '*', '#', 'A' to 'D'.
 * out  what to do, with its sizeof in out_size.
 */
prov_status prov_dialogue_digit(prov_dialogue *dialogue,
                                uint8_t key,
                                int64_t now_ms,
                                prov_actions *out,
                                size_t out_size,
                                prov_error **error);

/**
 * Tells the verdict on an entry, once the changed records were stored. Its effects PROV_EFFECT_PLAY and PROV_EFFECT_HANG_UP are
 * in the actions; perform the others as ever. A verdict on another attempt than the one that waits does nothing.
 * attempt   that of the PROV_ACTION_ENTER.
 * decision  of prov_enter_pap; PROV_E_ARGUMENT for that of another call.
 */
prov_status prov_dialogue_judged(prov_dialogue *dialogue,
                                 uint64_t attempt,
                                 const prov_decision *decision,
                                 int64_t now_ms,
                                 prov_actions *out,
                                 size_t out_size,
                                 prov_error **error);

/**
 * Tells that an entry could not be judged, because conflicts in the store went on for too long: it says so and hangs up.
 */
prov_status prov_dialogue_busy(prov_dialogue *dialogue,
                               uint64_t attempt,
                               int64_t now_ms,
                               prov_actions *out,
                               size_t out_size,
                               prov_error **error);

/** Performs what is due, at prov_dialogue_next_timeout. Being early, late or called twice is harmless. */
prov_status prov_dialogue_handle_timeout(prov_dialogue *dialogue,
                                         int64_t now_ms,
                                         prov_actions *out,
                                         size_t out_size,
                                         prov_error **error);

/**
 * When the dialogue next needs a prov_dialogue_handle_timeout; look again after every call.
 * out  0: nothing will happen by itself.
 */
prov_status prov_dialogue_next_timeout(const prov_dialogue *dialogue, int64_t *out);

/**
 * Tells that the caller hung up, or that the call ended for another reason; what was typed is wiped and no attempt.
 */
prov_status prov_dialogue_hung_up(prov_dialogue *dialogue);

/** Wipes and frees the dialogue; NULL is fine. */
void prov_dialogue_free(prov_dialogue *dialogue);

/**
 * Reads the key of a SIP INFO request.
 * content_type  the header: application/dtmf-relay or application/dtmf, with or without parameters.
 * out           the character '0' to '9', '*', '#', 'A' to 'D'; 0 for anything but one key.
 */
prov_status prov_dtmf_parse_info(const char *content_type,
                                 size_t content_type_len,
                                 const uint8_t *body,
                                 size_t body_len,
                                 uint8_t *out);

/**
 * A collector of the keys of a new call.
 * out  a new handle; free it with prov_dtmf_free.
 */
prov_status prov_dtmf_new(prov_dtmf **out);

/**
 * Takes a SIP INFO request of the call; retransmissions are the SIP stack's to remove. The way of the first key of a call, INFO
 * or event, counts for the whole call.
 * out  the character of a key press that counts; 0 otherwise.
 */
prov_status prov_dtmf_info(prov_dtmf *dtmf,
                           const char *content_type,
                           size_t content_type_len,
                           const uint8_t *body,
                           size_t body_len,
                           uint8_t *out);

/**
 * Takes the payload of an RFC 4733 packet with its RTP timestamp.
 * out  the character at the first packet of a key press that counts; 0 otherwise.
 */
prov_status prov_dtmf_event(prov_dtmf *dtmf,
                            const uint8_t *payload,
                            size_t payload_len,
                            uint32_t rtp_timestamp,
                            uint8_t *out);

/** How many packets and bodies of the call held no key. */
prov_status prov_dtmf_ignored(const prov_dtmf *dtmf, uint32_t *out);

/** Frees the collector; NULL is fine. */
void prov_dtmf_free(prov_dtmf *dtmf);

/**
 * Writes an audit event as one line of JSON, without a line break. docs/audit.md lists its fields.
 * tenant    whose it is.
 * effect    of kind PROV_EFFECT_AUDIT.
 * mac       six octets of the device; NULL or all zeros: about none.
 * revision  of the device record that the call wrote; 0: it wrote none.
 * actor     who did it, in the host's own words; NULL and 0: not said. Control, bidirectional and invisible characters are
 *           escaped, and only 256 characters are kept.
 * at_ms     when it was.
 */
prov_status prov_audit_json(const prov_tenant *tenant,
                            const prov_effect *effect,
                            const uint8_t mac[6],
                            uint64_t revision,
                            const char *actor,
                            size_t actor_len,
                            int64_t at_ms,
                            char *buf,
                            size_t cap,
                            size_t *needed,
                            prov_error **error);

/**
 * An empty aggregator with the window and the cap of the tenant's policy.
 * out  a new handle; free it with prov_aggregator_free.
 */
prov_status prov_aggregator_new(const prov_tenant *tenant, prov_aggregator **out);

/**
 * Counts an event.
 * effect  of kind PROV_EFFECT_AUDIT.
 * mac     six octets of the device; NULL or all zeros: about none.
 */
prov_status prov_aggregator_add(prov_aggregator *aggregator,
                                const prov_effect *effect,
                                const uint8_t mac[6],
                                int64_t now_ms,
                                prov_error **error);

/**
 * When prov_aggregator_handle_timeout is due.
 * out  0: nothing is counted.
 */
prov_status prov_aggregator_next_timeout(const prov_aggregator *aggregator, int64_t *out);

/**
 * Gives what was counted once the window is over, and begins anew. Being early, late or called twice is harmless.
 * out  lines of JSON, each with a line break; to be freed with prov_bytes_free. NULL where there are none.
 */
prov_status prov_aggregator_handle_timeout(prov_aggregator *aggregator,
                                           int64_t now_ms,
                                           prov_bytes **out,
                                           prov_error **error);

/**
 * Gives what was counted so far and begins anew, as before the process ends.
 * out  as with prov_aggregator_handle_timeout.
 */
prov_status prov_aggregator_flush(prov_aggregator *aggregator, prov_bytes **out);

/** Frees the aggregator; NULL is fine. What it counted is lost: prov_aggregator_flush first. */
void prov_aggregator_free(prov_aggregator *aggregator);

/** The MAC address of a device. */
prov_status prov_device_mac(const prov_device *device, uint8_t mac[6]);

/**
 * Reveals the PAP of a device, for the label or letter it is handed over with: 4 to 8 digits, secret. Empty once the device
 * was provisioned, and where the tenant no longer has the key it was derived from.
 * tenant  the device's tenant.
 */
prov_status prov_device_pap(const prov_device *device,
                            const prov_tenant *tenant,
                            char *buf,
                            size_t cap,
                            size_t *needed);

/**
 * The epoch of a device, a random number that changes when it is created and reset: keep it with the password of each of its
 * SIP accounts, for prov_route.
 */
prov_status prov_device_epoch(const prov_device *device,
                              uint64_t *out);

/**
 * The state shown to people: the worst over all sources of the device. No rule reads it.
 * out  a PROV_STATE.
 */
prov_status prov_device_state(const prov_device *device, int64_t now_ms, uint8_t *out, prov_error **error);

/**
 * When a device next needs a prov_handle_timeout.
 * out  0: nothing will change by itself.
 */
prov_status prov_device_next_timeout(const prov_device *device, int64_t *out);

/**
 * The last lease of a device, for the delivery that its first registration proves.
 * out  with its sizeof in out_size.
 */
prov_status prov_device_lease(const prov_device *device,
                              int64_t now_ms,
                              prov_lease *out,
                              size_t out_size,
                              prov_error **error);

/**
 * How many effects were decided with this record and not yet confirmed by prov_effects_done: a host that restarts performs
 * them again.
 */
prov_status prov_device_pending_count(const prov_device *device,
                                      size_t *out);

/**
 * One pending effect; PROV_E_ARGUMENT for an index at or above the count.
 * out  with its sizeof in out_size.
 */
prov_status prov_device_pending(const prov_device *device, size_t index, prov_effect *out, size_t out_size);

/** Prepares the struct: one account; size is its sizeof. */
prov_status prov_new_device_init(prov_new_device *device, size_t size);

/**
 * Creates a device, or creates it again after a deletion: in PROV_STATE_REQUIRED, with a PAP (prov_device_pap).
 * facts   the record or tombstone of this MAC, if there is one.
 * device  prepared by prov_new_device_init.
 * out     a new decision; its prov_decision_device is the record to store.
 */
prov_status prov_admin_create(const prov_facts *facts,
                              const prov_new_device *device,
                              int64_t now_ms,
                              const uint8_t entropy[32],
                              prov_decision **out,
                              prov_error **error);

/**
 * Resets the authentication of a device: new epoch, new PAP, everything given out before is void, its SIP accounts are
 * revoked.
 * taken  the PAPs of the tenant's other unauthenticated devices, parted by spaces; may be empty.
 * out    a new decision; free it with prov_decision_free.
 */
prov_status prov_admin_reset(const prov_facts *facts,
                             const char *taken,
                             size_t taken_len,
                             int64_t now_ms,
                             const uint8_t entropy[32],
                             prov_decision **out,
                             prov_error **error);

/**
 * Suspends all authentication requirements of a device for the time of the policy (30 minutes by default).
 * bind             the address or network it is for; length 0 for the source of its first full delivery.
 * confirm_blocked  1: a device that an administrator blocked may be set up; else it is PROV_E_ADMIN_CONFIRM_BLOCKED.
 * out              a new decision; free it with prov_decision_free.
 */
prov_status prov_admin_suspend(const prov_facts *facts,
                               const char *bind,
                               size_t bind_len,
                               uint8_t confirm_blocked,
                               int64_t now_ms,
                               const uint8_t entropy[32],
                               prov_decision **out,
                               prov_error **error);

/**
 * Releases the secrets of a device again, once.
 * account  its slot from 1; 0 for the whole device.
 * out      a new decision; free it with prov_decision_free.
 */
prov_status prov_admin_release_again(const prov_facts *facts,
                                     uint8_t account,
                                     int64_t now_ms,
                                     const uint8_t entropy[32],
                                     prov_decision **out,
                                     prov_error **error);

/**
 * Says that a SIP account got a new password, so that it is released once.
 * account  its slot from 1.
 * out      a new decision; free it with prov_decision_free.
 */
prov_status prov_admin_new_sip_password(const prov_facts *facts,
                                        uint8_t account,
                                        int64_t now_ms,
                                        const uint8_t entropy[32],
                                        prov_decision **out,
                                        prov_error **error);

/**
 * Blocks a device for good, as a stolen telephone, and revokes its SIP accounts.
 * out  a new decision; free it with prov_decision_free.
 */
prov_status prov_admin_block(const prov_facts *facts,
                             int64_t now_ms,
                             const uint8_t entropy[32],
                             prov_decision **out,
                             prov_error **error);

/**
 * Deactivates a device: it is answered as if it did not exist.
 * out  a new decision; free it with prov_decision_free.
 */
prov_status prov_admin_deactivate(const prov_facts *facts,
                                  int64_t now_ms,
                                  const uint8_t entropy[32],
                                  prov_decision **out,
                                  prov_error **error);

/**
 * Activates a device.
 * taken  as in prov_admin_reset, for the policy that resets on activation; may be empty.
 * out    a new decision; free it with prov_decision_free.
 */
prov_status prov_admin_activate(const prov_facts *facts,
                                const char *taken,
                                size_t taken_len,
                                int64_t now_ms,
                                const uint8_t entropy[32],
                                prov_decision **out,
                                prov_error **error);

/**
 * Deletes a device. The changed record is a tombstone: keep it until its effects were performed (prov_effects_done).
 * out  a new decision; free it with prov_decision_free.
 */
prov_status prov_admin_delete(const prov_facts *facts,
                              int64_t now_ms,
                              const uint8_t entropy[32],
                              prov_decision **out,
                              prov_error **error);

/**
 * Writes a roster without PAPs: all devices but deleted ones, in the order given.
 * devices    count handles; NULL is allowed where count is 0.
 * lang       the language of the titles: de, en, fr, es, it or pl.
 * delimiter  a PROV_DELIMITER.
 * bom        1: the file begins with a byte order mark, by which some spreadsheets know UTF-8.
 * out        the file, in UTF-8.
 */
prov_status prov_roster_export(const prov_device *const *devices,
                               size_t count,
                               const char *lang,
                               size_t lang_len,
                               uint8_t delimiter,
                               uint8_t bom,
                               int64_t now_ms,
                               prov_bytes **out,
                               prov_error **error);

/**
 * Writes a roster with the PAPs of devices that are not authenticated yet. The file is a secret.
 * tenant   the devices' tenant.
 * devices, count, lang, delimiter, bom: as in prov_roster_export.
 * out      the file.
 * effects  a decision with the audit event: perform its effects before the file is given away.
 */
prov_status prov_roster_export_with_paps(const prov_tenant *tenant,
                                         const prov_device *const *devices,
                                         size_t count,
                                         const char *lang,
                                         size_t lang_len,
                                         uint8_t delimiter,
                                         uint8_t bom,
                                         int64_t now_ms,
                                         prov_bytes **out,
                                         prov_decision **effects,
                                         prov_error **error);

/** Prepares the struct: one account, a million rows, all lines or none; size is its sizeof. */
prov_status prov_roster_options_init(prov_roster_options *options, size_t size);

/**
 * Reads and checks a roster. Bad lines are no failure of this call: see prov_roster_fault.
 * options  prepared by prov_roster_options_init.
 * file     len bytes: titles in any of the six languages, then a line for each device.
 * out      a new handle; free it with prov_roster_free.
 */
prov_status prov_roster_read(const prov_roster_options *options,
                             const uint8_t *file,
                             size_t len,
                             prov_roster **out,
                             prov_error **error);

/** How many good lines a roster has. */
prov_status prov_roster_row_count(const prov_roster *roster, size_t *out);

/**
 * One good line; PROV_E_ARGUMENT for an index at or above the count.
 * out  with its sizeof in out_size.
 */
prov_status prov_roster_row(const prov_roster *roster, size_t index, prov_row *out, size_t out_size);

/**
 * The same roster with what the host knows of the MACs of its rows.
 * known  a PROV_KNOWN for each row, in their order.
 * count  as prov_roster_row_count gives it.
 * out    a new handle; free it with prov_roster_free.
 */
prov_status prov_roster_know(const prov_roster *roster,
                             const uint8_t *known,
                             size_t count,
                             prov_roster **out,
                             prov_error **error);

/**
 * How many things are wrong with a roster. A bad line has one for each of its columns that is. Behind 10000 of them comes one
 * more, PROV_E_ROSTER_FAULTS, whose text says how many there are from its line on.
 */
prov_status prov_roster_fault_count(const prov_roster *roster,
                                    size_t *out);

/**
 * One thing that is wrong, in the order of the lines; PROV_E_ARGUMENT for an index at or above the count.
 * out  with its sizeof in out_size.
 */
prov_status prov_roster_fault(const prov_roster *roster, size_t index, prov_fault *out, size_t out_size);

/** The same as one English line: "line 7, column 3 (MAC address): ...". */
prov_status prov_roster_fault_text(const prov_roster *roster, size_t index, char *buf, size_t cap, size_t *needed);

/**
 * Begins the import of a roster with one entropy for all of it. PROV_E_ROSTER_BAD_LINES while anything is wrong and bad lines
 * are not to be skipped; nothing is imported then.
 * taken  the PAPs of the tenant's other unauthenticated devices, parted by spaces; may be empty.
 * out    a new handle; free it with prov_roster_batch_free.
 */
prov_status prov_roster_begin(const prov_roster *roster,
                              const prov_tenant *tenant,
                              const char *taken,
                              size_t taken_len,
                              int64_t now_ms,
                              const uint8_t entropy[32],
                              prov_roster_batch **out,
                              prov_error **error);

/**
 * Makes or changes the device of one row, as prov_admin_create does.
 * facts  the tenant, and the record or tombstone of this MAC, if there is one.
 * index  of a good line whose MAC is not known, or that is to be updated.
 * out    a new decision; its prov_decision_device is the record to store.
 */
prov_status prov_roster_batch_step(const prov_roster_batch *batch,
                                   const prov_roster *roster,
                                   size_t index,
                                   const prov_facts *facts,
                                   prov_decision **out,
                                   prov_error **error);

/** Frees a roster; NULL is fine. */
void prov_roster_free(prov_roster *roster);

/** Wipes and frees a batch; NULL is fine. */
void prov_roster_batch_free(prov_roster_batch *batch);

/**
 * How long a device waits in a period, so that many devices do not come at once: 0 up to, and not including, the period. The
 * same device has the same place in every version of the library.
 */
prov_status prov_stagger(const prov_tenant *tenant,
                         const uint8_t mac[6],
                         uint64_t period_ms,
                         uint64_t *out);

/** The interval at which a device asks for its configuration: 4 to 6 hours in milliseconds, whole seconds. */
prov_status prov_stagger_interval(const prov_tenant *tenant, const uint8_t mac[6], uint64_t *out);

/**
 * Finds a model, in any case of letters. PROV_E_RENDER_UNKNOWN_MODEL where there is none; error then has the nearest names.
 * vendor  such as "yealink".
 * name    such as "T46S".
 * out     a new handle; free it with prov_model_free.
 */
prov_status prov_model_find(const char *vendor,
                            size_t vendor_len,
                            const char *name,
                            size_t name_len,
                            prov_model **out,
                            prov_error **error);

/** How many models the vendor table has. */
prov_status prov_model_count(size_t *out);

/**
 * One model of the table, vendors in alphabetical order; PROV_E_ARGUMENT for an index at or above the count.
 * out  a new handle; free it with prov_model_free.
 */
prov_status prov_model_at(size_t index, prov_model **out);

/** Frees a model; NULL is fine. */
void prov_model_free(prov_model *model);

/**
 * At most three models of a vendor whose names are like this one, the nearest first, one per line; empty where none is.
 */
prov_status prov_model_nearest(const char *vendor,
                               size_t vendor_len,
                               const char *name,
                               size_t name_len,
                               char *buf,
                               size_t cap,
                               size_t *needed);

/** How many vendors the table has. */
prov_status prov_vendor_count(size_t *out);

/**
 * One vendor of the table, such as "yealink", in alphabetical order; PROV_E_ARGUMENT for an index at or above the count.
 */
prov_status prov_vendor_at(size_t index,
                           char *buf,
                           size_t cap,
                           size_t *needed);

/** At most three vendors whose names are like this one, the nearest first, one per line; empty where none is. */
prov_status prov_vendor_nearest(const char *vendor, size_t vendor_len, char *buf, size_t cap, size_t *needed);

/** The vendor of a model, lower case: "yealink". */
prov_status prov_model_vendor(const prov_model *model, char *buf, size_t cap, size_t *needed);

/** The name of a model as its User-Agent has it, upper case: "T46S". */
prov_status prov_model_name(const prov_model *model, char *buf, size_t cap, size_t *needed);

/** Where the numbers of a model come from, such as "docs/facts/patton.md, sections 1 and 5". */
prov_status prov_model_source(const prov_model *model, char *buf, size_t cap, size_t *needed);

/**
 * What a model can do.
 * out  with its sizeof in out_size.
 */
prov_status prov_model_capabilities(const prov_model *model, prov_capabilities *out, size_t out_size);

/** The name of the file that carries the accounts of a device, as the device asks for it: "805ec0010203.cfg". */
prov_status prov_model_file_name(const prov_model *model, const uint8_t mac[6], char *buf, size_t cap, size_t *needed);

/** The content type of that file, such as "text/plain". */
prov_status prov_model_content_type(const prov_model *model, char *buf, size_t cap, size_t *needed);

/** How many fields a profile can have. */
prov_status prov_field_count(size_t *out);

/**
 * The path of one field of a profile, its slots written "[]": "accounts[].server.port". PROV_E_ARGUMENT for an index at or above
 * the count.
 */
prov_status prov_field_path(size_t index,
                            char *buf,
                            size_t cap,
                            size_t *needed);

/**
 * Whether a model can carry a field of a profile, in some slot and with some value.
 * field  one of prov_field_path; PROV_E_ARGUMENT for any other text.
 * out    1: it can.
 */
prov_status prov_model_carries(const prov_model *model, const char *field, size_t field_len, uint8_t *out);

/**
 * Whether a raw override of this name is known to a model: "account.3.label", its indexes as numbers.
 * out  1: it is.
 */
prov_status prov_model_knows_parameter(const prov_model *model, const char *name, size_t name_len, uint8_t *out);

/**
 * Every parameter that the files of a model's dialect can have, raw overrides aside.
 * out  a new handle; free it with prov_parameters_free.
 */
prov_status prov_model_parameters(const prov_model *model, prov_parameters **out);

/** How many parameters there are. */
prov_status prov_parameters_count(const prov_parameters *parameters, size_t *out);

/**
 * One parameter; PROV_E_ARGUMENT for an index at or above the count.
 * out  with its sizeof in out_size.
 */
prov_status prov_parameters_at(const prov_parameters *parameters, size_t index, prov_parameter *out, size_t out_size);

/** Frees a list of parameters; NULL is fine. */
void prov_parameters_free(prov_parameters *parameters);

/**
 * Reads a profile from JSON; prov_profile_schema says what it may hold. PROV_E_PROFILE_FORM and PROV_E_PROFILE_VALUE name the
 * field: see prov_error_field. No error quotes a value.
 * out  a new handle; free it with prov_profile_free.
 */
prov_status prov_profile_from_json(const char *json,
                                   size_t len,
                                   prov_profile **out,
                                   prov_error **error);

/**
 * Merges what tenant, site, model and device say, and reads the result: the weakest first, whatever their order here; of one
 * kind in the order given. Objects are merged field by field (RFC 7396), accounts, handsets, keys and modules by slot; null
 * removes. An error also says which layer is to blame: prov_error_layer.
 * layers      count structs side by side; NULL is allowed where count is 0, which gives an empty profile.
 * count       0 to 4096; PROV_E_ARGUMENT for more.
 * layer_size  sizeof *layers.
 * out         a new handle; free it with prov_profile_free.
 */
prov_status prov_profile_from_layers(const prov_layer *layers,
                                     size_t count,
                                     size_t layer_size,
                                     prov_profile **out,
                                     prov_error **error);

/** Wipes and frees a profile; NULL is fine. */
void prov_profile_free(prov_profile *profile);

/** How many SIP accounts a profile has. */
prov_status prov_profile_account_count(const prov_profile *profile, size_t *out);

/** The slot of one SIP account, ascending, from 1; PROV_E_ARGUMENT for an index at or above the count. */
prov_status prov_profile_account_slot(const prov_profile *profile, size_t index, uint16_t *out);

/**
 * Sets one value of a layer, or of a whole profile, by its path: the one that errors name.
 * layer  JSON; "{}" to begin with.
 * path   such as "accounts[1].server.port"; what is around the value is made where it is missing.
 * value  JSON; null says that there shall be no such value, whatever weaker layers say.
 * out    the whole layer anew, always in the same order, with the secrets it held; free it with prov_bytes_free.
 */
prov_status prov_profile_set(const char *layer,
                             size_t layer_len,
                             const char *path,
                             size_t path_len,
                             const char *value,
                             size_t value_len,
                             prov_bytes **out,
                             prov_error **error);

/**
 * Takes one value of a layer back, so that the weaker layers count. What is not there is no error.
 * layer, path, out: as in prov_profile_set.
 */
prov_status prov_profile_unset(const char *layer,
                               size_t layer_len,
                               const char *path,
                               size_t path_len,
                               prov_bytes **out,
                               prov_error **error);

/**
 * The JSON Schema (2020-12) of a whole profile, for editors and forms; secrets are marked writeOnly.
 * out  new bytes; free them with prov_bytes_free.
 */
prov_status prov_profile_schema(prov_bytes **out);

/**
 * The JSON Schema of one layer: nothing is required, and everything may be null.
 * out  new bytes; free them with prov_bytes_free.
 */
prov_status prov_profile_layer_schema(prov_bytes **out);

/**
 * Prepares the struct: no secret goes out, harmless overrides only, characters that the device lacks are refused; size is its
 * sizeof.
 */
prov_status prov_full_job_init(prov_full_job *job,
                               size_t size);

/** Prepares the struct: nothing is set; size is its sizeof. */
prov_status prov_restricted_job_init(prov_restricted_job *job, size_t size);

/**
 * Renders the full configuration file of one phone. The same job gives the same bytes. What the model cannot carry of the
 * profile is a warning; a value that the file cannot carry fails the call, and error names its field and the character.
 * For a PROV_ANSWER_FULL copy secrets and sip of the prov_answer; examples/c/render.c has a whole call.
 * job  prepared by prov_full_job_init.
 * out  a new handle; free it with prov_rendered_free.
 */
prov_status prov_render_full(const prov_full_job *job,
                             prov_rendered **out,
                             prov_error **error);

/**
 * Renders the restricted configuration file of one phone: emergency calls and the authentication service only. The same job
 * gives the same bytes.
 * job  prepared by prov_restricted_job_init.
 * out  a new handle; free it with prov_rendered_free.
 */
prov_status prov_render_restricted(const prov_restricted_job *job,
                                   prov_rendered **out,
                                   prov_error **error);

/**
 * Lends the file: bytes, for it need not be UTF-8.
 * data  a view that lives as long as the handle; with a NUL behind it.
 * len   the bytes before that NUL.
 */
prov_status prov_rendered_file(const prov_rendered *rendered, const uint8_t **data, size_t *len);

/**
 * The name of the file, as the phone asks for it: "805ec0010203.cfg".
 * text  a view that lives as long as the handle; with a NUL behind it.
 * len   may be NULL; the bytes before the NUL.
 */
prov_status prov_rendered_name(const prov_rendered *rendered, const char **text, size_t *len);

/**
 * The content type of the file, such as "text/plain".
 * text  a view that lives as long as the handle; with a NUL behind it.
 * len   may be NULL; the bytes before the NUL.
 */
prov_status prov_rendered_content_type(const prov_rendered *rendered, const char **text, size_t *len);

/** How many warnings there are. */
prov_status prov_rendered_warning_count(const prov_rendered *rendered, size_t *out);

/**
 * One warning, in the order of the file; PROV_E_ARGUMENT for an index at or above the count.
 * out  with its sizeof in out_size.
 */
prov_status prov_rendered_warning(const prov_rendered *rendered, size_t index, prov_warning *out, size_t out_size);

/** Wipes and frees a file; NULL is fine. */
void prov_rendered_free(prov_rendered *rendered);

/**
 * Reads a file of a model's syntax back, in its own order, repeated names included. PROV_E_READ_SYNTAX for a file that is not of
 * the syntax; error names the line.
 * out  a new handle; free it with prov_settings_free.
 */
prov_status prov_settings_read(const prov_model *model,
                               const uint8_t *file,
                               size_t file_len,
                               prov_settings **out,
                               prov_error **error);

/** How many parameters a file states. */
prov_status prov_settings_count(const prov_settings *settings, size_t *out);

/**
 * One parameter of a file; PROV_E_ARGUMENT for an index at or above the count.
 * out  with its sizeof in out_size.
 */
prov_status prov_settings_at(const prov_settings *settings, size_t index, prov_setting *out, size_t out_size);

/** Wipes and frees the parameters of a file; NULL is fine. */
void prov_settings_free(prov_settings *settings);

/**
 * What two files of a model differ in, in ascending order of names. A name that a file repeats has all its values; their order
 * counts. PROV_E_READ_SYNTAX for a file that is not of the model's syntax.
 * out  a new handle; free it with prov_diff_free.
 */
prov_status prov_diff_files(const prov_model *model,
                            const uint8_t *first,
                            size_t first_len,
                            const uint8_t *second,
                            size_t second_len,
                            prov_diff **out,
                            prov_error **error);

/** How many parameters two files do not agree on. */
prov_status prov_diff_count(const prov_diff *diff, size_t *out);

/**
 * One difference; PROV_E_ARGUMENT for an index at or above the count.
 * out  with its sizeof in out_size.
 */
prov_status prov_diff_at(const prov_diff *diff, size_t index, prov_difference *out, size_t out_size);

/** Frees differences; NULL is fine. */
void prov_diff_free(prov_diff *diff);

/** Prepares the struct: what every authenticator app can, SHA-1, 6 digits, 30 seconds; size is its sizeof. */
prov_status prov_totp_init(prov_totp *totp, size_t size);

/** The PROV_ALGORITHM of a name such as "SHA256", "sha-256" or "HmacSHA256"; PROV_E_ARGUMENT for any other text. */
prov_status prov_algorithm(const char *name, size_t name_len, uint8_t *out);

/** What common authenticator apps make of settings: PROV_COMPAT bits, 0 for what every app can. */
prov_status prov_totp_compat(const prov_totp *totp, uint32_t *out, prov_error **error);

/** One PROV_COMPAT as an English line: static text; NULL for anything but one known bit. */
const char *prov_compat_text(uint32_t bit);

/** The step that a second since 1970 lies in; 0 before step 0. */
prov_status prov_totp_step(const prov_totp *totp, uint64_t unix_s, uint64_t *out, prov_error **error);

/**
 * Makes a new secret.
 * bytes  its length, 16 to 64; 20 is usual. Less is PROV_E_OTP_SECRET_LENGTH.
 * out    a new handle; free it with prov_otp_secret_free.
 */
prov_status prov_otp_secret_generate(size_t bytes,
                                     const uint8_t entropy[32],
                                     prov_otp_secret **out,
                                     prov_error **error);

/**
 * Takes a secret as bytes, as prov_otp_secret_bytes gave them or as another system had them.
 * weak  1: less than 16 bytes is taken too, to move accounts of another system; prov_otp_secret_is_weak then says so.
 * out   a new handle; free it with prov_otp_secret_free.
 */
prov_status prov_otp_secret_from_bytes(const uint8_t *bytes,
                                       size_t len,
                                       uint8_t weak,
                                       prov_otp_secret **out,
                                       prov_error **error);

/**
 * Reads another system's secret as Base32, in any case, with spaces, dashes and padding. A short one is taken too;
 * prov_otp_secret_is_weak then says so.
 * out  a new handle; free it with prov_otp_secret_free.
 */
prov_status prov_otp_secret_parse(const char *base32, size_t len, prov_otp_secret **out, prov_error **error);

/**
 * Whether a secret has less than 128 bits and should be replaced.
 * out  1: it has.
 */
prov_status prov_otp_secret_is_weak(const prov_otp_secret *secret, uint8_t *out);

/**
 * Reveals the bytes of a secret, for the host's own encrypted store.
 * out  new bytes; free them with prov_bytes_free.
 */
prov_status prov_otp_secret_bytes(const prov_otp_secret *secret, prov_bytes **out);

/**
 * Reveals a secret as Base32 without padding.
 * grouped  1: in groups of four, parted by spaces, for typing.
 */
prov_status prov_otp_secret_base32(const prov_otp_secret *secret,
                                   uint8_t grouped,
                                   char *buf,
                                   size_t cap,
                                   size_t *needed);

/** Wipes and frees a secret; NULL is fine. */
void prov_otp_secret_free(prov_otp_secret *secret);

/**
 * The code of a counter (HOTP), as systems with counters have it: digits and a NUL, secret.
 * algorithm  a PROV_ALGORITHM.
 * digits     4 to 8.
 */
prov_status prov_hotp_code(const prov_otp_secret *secret,
                           uint8_t algorithm,
                           uint8_t digits,
                           uint64_t counter,
                           char *buf,
                           size_t cap,
                           size_t *needed,
                           prov_error **error);

/**
 * Makes a secret ready to judge codes. It is derived: store the secret and the settings, not this.
 * out  a new handle; free it with prov_totp_key_free.
 */
prov_status prov_totp_key_new(const prov_otp_secret *secret,
                              const prov_totp *totp,
                              prov_totp_key **out,
                              prov_error **error);

/** Wipes and frees a key; NULL is fine. */
void prov_totp_key_free(prov_totp_key *key);

/** The code of a step: digits and a NUL, secret. */
prov_status prov_totp_code(const prov_totp_key *key, uint64_t step, char *buf, size_t cap, size_t *needed);

/**
 * Judges what somebody typed: ASCII digits, spaces and "-" are dropped. It costs the same whether it is right or wrong, and
 * wherever it matches.
 * last_step  the last accepted step of this secret; NULL: none yet. Without it a code is good again.
 * window     steps that are accepted on either side of the present one, 0 to 10; 1 is usual.
 * out        with its sizeof in out_size.
 */
prov_status prov_totp_verify(const prov_totp_key *key,
                             const char *code,
                             size_t code_len,
                             int64_t now_ms,
                             const uint64_t *last_step,
                             uint8_t window,
                             prov_otp_outcome *out,
                             size_t out_size,
                             prov_error **error);

/** The same around a given step: for a clock whose drift is known, or for instants outside of 2020 to 2200. */
prov_status prov_totp_verify_at(const prov_totp_key *key,
                                const char *code,
                                size_t code_len,
                                uint64_t centre,
                                const uint64_t *last_step,
                                uint8_t window,
                                prov_otp_outcome *out,
                                size_t out_size,
                                prov_error **error);

/**
 * Finds a token whose clock is far off by two codes it showed one after the other. The step of the second is the one to
 * store; neither may have been accepted before.
 * reach  steps searched on either side, 1 to 1000.
 * out    with its sizeof in out_size.
 */
prov_status prov_totp_resynchronise(const prov_totp_key *key,
                                    const char *first,
                                    size_t first_len,
                                    const char *second,
                                    size_t second_len,
                                    int64_t now_ms,
                                    const uint64_t *last_step,
                                    uint16_t reach,
                                    prov_otp_outcome *out,
                                    size_t out_size,
                                    prov_error **error);

/**
 * Describes an enrolment.
 * issuer   who the account is with, at most 128 bytes; account: whose it is, at most 256. Neither may hold a colon, control
 *          characters or outer spaces.
 * out      a new handle; free it with prov_key_uri_free.
 */
prov_status prov_key_uri_new(const char *issuer,
                             size_t issuer_len,
                             const char *account,
                             size_t account_len,
                             const prov_otp_secret *secret,
                             const prov_totp *totp,
                             prov_key_uri **out,
                             prov_error **error);

/**
 * Reads an otpauth URI of another system, also one that breaks rules in ways which are seen in the wild. Parameters that stand
 * there twice, bad percent escapes, further colons, unknown algorithms, 9 digits and a period of 0 are refused by name.
 * out  a new handle; free it with prov_key_uri_free.
 */
prov_status prov_key_uri_parse(const char *uri,
                               size_t len,
                               prov_key_uri **out,
                               prov_error **error);

/** The URI, strictly encoded: secret. */
prov_status prov_key_uri_text(const prov_key_uri *key_uri, char *buf, size_t cap, size_t *needed);

/** Who the account is with; empty where another system's URI did not say. */
prov_status prov_key_uri_issuer(const prov_key_uri *key_uri, char *buf, size_t cap, size_t *needed);

/** Whose account it is; empty where another system's URI did not say. */
prov_status prov_key_uri_account(const prov_key_uri *key_uri, char *buf, size_t cap, size_t *needed);

/** The issuer in front of the account, where it differs from the issuer parameter, which counts; else empty. */
prov_status prov_key_uri_label_issuer(const prov_key_uri *key_uri, char *buf, size_t cap, size_t *needed);

/**
 * The secret of an enrolment.
 * out  a new handle; free it with prov_otp_secret_free.
 */
prov_status prov_key_uri_secret(const prov_key_uri *key_uri, prov_otp_secret **out);

/**
 * How an enrolment makes its codes, of either kind.
 * out  with its sizeof in out_size.
 */
prov_status prov_key_uri_kind(const prov_key_uri *key_uri, prov_otp_kind *out, size_t out_size);

/**
 * The settings of an enrolment, for prov_totp_key_new; PROV_E_ARGUMENT for one with a counter.
 * out  with its sizeof in out_size.
 */
prov_status prov_key_uri_totp(const prov_key_uri *key_uri, prov_totp *out, size_t out_size);

/** Wipes and frees an enrolment; NULL is fine. */
void prov_key_uri_free(prov_key_uri *key_uri);

/**
 * Reads one QR code of an export ("otpauth-migration://..."). What is wrong with a single account is no failure of this call:
 * see prov_migration_entry.
 * out  a new handle; free it with prov_migration_free.
 */
prov_status prov_migration_parse(const char *uri,
                                 size_t len,
                                 prov_migration **out,
                                 prov_error **error);

/**
 * What an export says of itself.
 * out  with its sizeof in out_size.
 */
prov_status prov_migration_batch(const prov_migration *migration, prov_batch *out, size_t out_size);

/** The name of one account as the app shows it, shortened; PROV_E_ARGUMENT for an index at or above the count. */
prov_status prov_migration_name(const prov_migration *migration, size_t index, char *buf, size_t cap, size_t *needed);

/**
 * One account; why it cannot be taken over, if it cannot; PROV_E_ARGUMENT for an index at or above the count.
 * out  a new handle; free it with prov_key_uri_free.
 */
prov_status prov_migration_entry(const prov_migration *migration, size_t index, prov_key_uri **out, prov_error **error);

/** Wipes and frees an export; NULL is fine. */
void prov_migration_free(prov_migration *migration);

/**
 * Makes the QR code of an enrolment.
 * out  a new handle; free it with prov_qr_free.
 */
prov_status prov_qr_of_uri(const prov_key_uri *key_uri, prov_qr **out, prov_error **error);

/**
 * Makes the smallest QR code that holds a text and survives 15 % of damage, or 7 % where the text is very long.
 * out  a new handle; free it with prov_qr_free.
 */
prov_status prov_qr_of_text(const char *text, size_t len, prov_qr **out, prov_error **error);

/**
 * Lends the modules, row by row from the top left, one byte each: 1 for dark, 0 for light. There is no margin; show 4 light
 * modules on each side.
 * data  a view that lives as long as the handle: size times size bytes.
 * size  modules on a side, 21 to 177.
 */
prov_status prov_qr_modules(const prov_qr *qr,
                            const uint8_t **data,
                            size_t *size);

/**
 * A whole SVG document, black on white with margin, without width and height.
 * out  new bytes; free them with prov_bytes_free.
 */
prov_status prov_qr_svg(const prov_qr *qr, prov_bytes **out);

/**
 * The d of an SVG path that draws the dark modules, one unit each, behind a margin of 4.
 * out  new bytes; free them with prov_bytes_free.
 */
prov_status prov_qr_svg_path(const prov_qr *qr, prov_bytes **out);

/**
 * Lines of half blocks in UTF-8 with margin, two rows of modules to a line.
 * background  a PROV_BACKGROUND: what the terminal shows where nothing is printed.
 * out         new bytes; free them with prov_bytes_free.
 */
prov_status prov_qr_text(const prov_qr *qr, uint8_t background, prov_bytes **out);

/** Wipes and frees a QR code; NULL is fine. */
void prov_qr_free(prov_qr *qr);

/**
 * A portal user without a second factor, for one who has no record yet.
 * user  the id of the portal user: a number below 2^64, or a UUID.
 * out   a new handle; free it with prov_account_free.
 */
prov_status prov_account_new(const prov_tenant *tenant,
                             const char *user,
                             size_t user_len,
                             int64_t now_ms,
                             prov_account **out,
                             prov_error **error);

/**
 * Reads an account from bytes of prov_account_bytes, of this version of the library or an older one.
 * out  a new handle; free it with prov_account_free.
 */
prov_status prov_account_from_bytes(const uint8_t *bytes, size_t len, prov_account **out, prov_error **error);

/**
 * Reads an account from JSON of prov_account_json, of this version of the library or an older one.
 * out  a new handle; free it with prov_account_free.
 */
prov_status prov_account_from_json(const char *json, size_t len, prov_account **out, prov_error **error);

/**
 * Writes an account as compact bytes, for stores.
 * out  new bytes; free them with prov_bytes_free.
 */
prov_status prov_account_bytes(const prov_account *account, prov_bytes **out);

/**
 * Writes an account as JSON, for people.
 * out  new bytes; free them with prov_bytes_free.
 */
prov_status prov_account_json(const prov_account *account, prov_bytes **out);

/** The revision of an account, for compare-and-swap. */
prov_status prov_account_revision(const prov_account *account, uint64_t *out);

/** Wipes and frees an account; NULL is fine. */
void prov_account_free(prov_account *account);

/**
 * The portal user of an account: a number or a UUID, at most 36 characters. With the tenant the key to store it under.
 */
prov_status prov_account_user(const prov_account *account, char *buf, size_t cap, size_t *needed);

/**
 * Where an account stands, for pages that show it.
 * tenant  the account's tenant.
 * out     with its sizeof in out_size.
 */
prov_status prov_account_factor(const prov_account *account,
                                const prov_tenant *tenant,
                                prov_factor *out,
                                size_t out_size);

/** The name of a PROV_FACTOR, such as "demanded": static text; NULL for an unknown number. */
const char *prov_factor_name(uint8_t state);

/**
 * Whether requests from an address are locked.
 * address  one IPv4 or IPv6 address; empty: it could not be told.
 * out      1: they are.
 */
prov_status prov_account_is_locked(const prov_account *account,
                                   const char *address,
                                   size_t address_len,
                                   uint8_t *out,
                                   prov_error **error);

/**
 * Whether a recovery code or a grant of an account still needs a tenant key. After the next rotation it is not good any more.
 * out  1: it does.
 */
prov_status prov_account_depends_on(const prov_account *account,
                                    uint8_t key_id,
                                    uint8_t *out);

/**
 * How many effects were decided with this account and not yet confirmed by prov_mfa_effects_done: a host that restarts
 * performs them again.
 */
prov_status prov_account_pending_count(const prov_account *account, size_t *out);

/**
 * One pending effect; PROV_E_ARGUMENT for an index at or above the count.
 * out  with its sizeof in out_size.
 */
prov_status prov_account_pending(const prov_account *account, size_t index, prov_mfa_effect *out, size_t out_size);

/**
 * Says that the effects of an account were performed, so that they need not be performed again after a crash.
 * revision  of the record whose effects they were.
 * out       a new handle of the record to store, to be freed with prov_account_free; NULL where there is nothing to store: the
 *           record has another revision, or nothing is pending.
 */
prov_status prov_mfa_effects_done(const prov_account *account,
                                  uint64_t revision,
                                  prov_account **out);

/**
 * Writes an audit event as one line of JSON, without a line break. docs/audit-accounts.md lists its fields.
 * account   whose factor it is about.
 * effect    of kind PROV_DO_AUDIT.
 * revision  of the account record that the call wrote; 0: it wrote none.
 * actor     who did it, in the host's own words; NULL and 0: not said. Control, bidirectional and invisible characters are
 *           escaped, and only 256 characters are kept.
 * at_ms     when it was.
 */
prov_status prov_mfa_audit_json(const prov_account *account,
                                const prov_mfa_effect *effect,
                                uint64_t revision,
                                const char *actor,
                                size_t actor_len,
                                int64_t at_ms,
                                char *buf,
                                size_t cap,
                                size_t *needed,
                                prov_error **error);

/** The name of a PROV_MFA for logs, such as "mfa_code_wrong": static text; NULL for an unknown number. */
const char *prov_mfa_event_name(uint8_t event);

/**
 * What to write to a portal user, in one of six languages; PROV_E_ARGUMENT for a number that is no PROV_TOLD.
 * lang  a PROV_LANG.
 */
prov_status prov_told_text(uint8_t notice, uint8_t lang, char *buf, size_t cap, size_t *needed);

/** Prepares the struct with the defaults; size is its sizeof. */
prov_status prov_mfa_policy_init(prov_mfa_policy *policy, size_t size);

/** Prepares the struct: everything NULL; size is its sizeof. */
prov_status prov_mfa_facts_init(prov_mfa_facts *facts, size_t size);

/**
 * The outcome of a step.
 * out  with its sizeof in out_size.
 */
prov_status prov_mfa_step_outcome(const prov_mfa_step *step, prov_mfa_outcome *out, size_t out_size);

/**
 * The changed account.
 * out  a new handle, to be freed with prov_account_free; NULL where there is nothing to store.
 */
prov_status prov_mfa_step_account(const prov_mfa_step *step, prov_account **out);

/** How many effects there are. */
prov_status prov_mfa_step_effect_count(const prov_mfa_step *step, size_t *out);

/**
 * One effect, in the order to perform them; PROV_E_ARGUMENT for an index at or above the count.
 * out  with its sizeof in out_size.
 */
prov_status prov_mfa_step_effect(const prov_mfa_step *step, size_t index, prov_mfa_effect *out, size_t out_size);

/** One new recovery code, secret, to be shown once; PROV_E_ARGUMENT for an index at or above the outcome's codes. */
prov_status prov_mfa_recovery_code(const prov_mfa_step *step, size_t index, char *buf, size_t cap, size_t *needed);

/** The grant to hand to the owner, secret, to be shown once; PROV_E_ARGUMENT where the outcome has none. */
prov_status prov_mfa_grant(const prov_mfa_step *step, char *buf, size_t cap, size_t *needed);

/**
 * The secret that prov_mfa_begin_enrolment gave, and how its codes are made, for prov_key_uri_new; PROV_E_ARGUMENT for any other
 * step.
 * secret  a new handle; free it with prov_otp_secret_free.
 * totp    with its sizeof in totp_size.
 */
prov_status prov_mfa_secret(const prov_mfa_step *step,
                            prov_otp_secret **secret,
                            prov_totp *totp,
                            size_t totp_size);

/**
 * What to show to a portal user who was refused, in one of six languages; PROV_E_ARGUMENT for a step that refuses nothing. A
 * replayed code reads as a wrong one. It holds no instant: show until_ms in the user's own time zone beside it.
 * lang  a PROV_LANG.
 */
prov_status prov_mfa_refusal_text(const prov_mfa_step *step,
                                  uint8_t lang,
                                  char *buf,
                                  size_t cap,
                                  size_t *needed);

/** Wipes and frees a step; NULL is fine. */
void prov_mfa_step_free(prov_mfa_step *step);

/**
 * Says what is due after the right password, and draws the id of the login session: PROV_OUTCOME_GRANTED, PROV_OUTCOME_CODE,
 * PROV_OUTCOME_ENROLMENT or PROV_OUTCOME_LOCKED. It never replaces the password.
 * out  a new step; free it with prov_mfa_step_free.
 */
prov_status prov_mfa_password_right(const prov_mfa_facts *facts,
                                    int64_t now_ms,
                                    const uint8_t entropy[32],
                                    prov_mfa_step **out,
                                    prov_error **error);

/**
 * Takes what was typed into the one field of a login whose password was right: a code of the app or a recovery code.
 * session  of prov_mfa_password_right.
 * out      a new step; with PROV_OUTCOME_GRANTED let in, once the account is stored.
 */
prov_status prov_mfa_enter(const prov_mfa_facts *facts,
                           uint64_t session,
                           const char *typed,
                           size_t typed_len,
                           int64_t now_ms,
                           const uint8_t entropy[32],
                           prov_mfa_step **out,
                           prov_error **error);

/**
 * Lets in by two codes that an app showed one after the other, whose clock is too far off for prov_mfa_enter; later codes are
 * judged around its clock, and the owner is told. A failure counts as a wrong code does. From a source that had no success in 30
 * days, codes older than those that prov_mfa_enter takes are wrong. With resync_steps 0 it is PROV_OUTCOME_CODE_NEEDED.
 * out  a new step; free it with prov_mfa_step_free.
 */
prov_status prov_mfa_resynchronise(const prov_mfa_facts *facts,
                                   const char *first,
                                   size_t first_len,
                                   const char *second,
                                   size_t second_len,
                                   int64_t now_ms,
                                   const uint8_t entropy[32],
                                   prov_mfa_step **out,
                                   prov_error **error);

/**
 * Gives a secret to show to the owner, who is in this session: prov_mfa_secret, until until_ms. The same session gets the same
 * secret until it is confirmed or void.
 * proof  a code of the app where the factor is on; a grant or a code of the old secret where PROV_OUTCOME_ENROLMENT asked for
 *        one; NULL and 0: none.
 * out    a new step; free it with prov_mfa_step_free.
 */
prov_status prov_mfa_begin_enrolment(const prov_mfa_facts *facts,
                                     uint64_t session,
                                     const char *proof,
                                     size_t proof_len,
                                     int64_t now_ms,
                                     const uint8_t entropy[32],
                                     prov_mfa_step **out,
                                     prov_error **error);

/**
 * Takes the first code of the secret that prov_mfa_begin_enrolment gave to this session; a right one makes it live.
 * out  a new step; free it with prov_mfa_step_free.
 */
prov_status prov_mfa_confirm(const prov_mfa_facts *facts,
                             uint64_t session,
                             const char *code,
                             size_t code_len,
                             int64_t now_ms,
                             const uint8_t entropy[32],
                             prov_mfa_step **out,
                             prov_error **error);

/**
 * Notes that a set of recovery codes was shown to the owner; until then a login by code replaces it. Twice is harmless.
 * set  of prov_mfa_outcome.
 * out  a new step; free it with prov_mfa_step_free.
 */
prov_status prov_mfa_recovery_shown(const prov_mfa_facts *facts,
                                    uint64_t set,
                                    int64_t now_ms,
                                    prov_mfa_step **out,
                                    prov_error **error);

/**
 * Replaces all recovery codes; needs a right code of the app. The other sessions end.
 * session  the owner's, which stays.
 * out      a new step; free it with prov_mfa_step_free.
 */
prov_status prov_mfa_regenerate_recovery(const prov_mfa_facts *facts,
                                         uint64_t session,
                                         const char *code,
                                         size_t code_len,
                                         int64_t now_ms,
                                         const uint8_t entropy[32],
                                         prov_mfa_step **out,
                                         prov_error **error);

/**
 * Resets the factor of the owner, who gives a right code: all sessions end and the next login enrols anew.
 * out  a new step; free it with prov_mfa_step_free.
 */
prov_status prov_mfa_self_reset(const prov_mfa_facts *facts,
                                const char *code,
                                size_t code_len,
                                int64_t now_ms,
                                prov_mfa_step **out,
                                prov_error **error);

/**
 * Switches the factor of the owner off, who accepts the risk and gives a right code, unless policy asks for the first alone.
 * passed_factor  1: prov_mfa_enter, prov_mfa_resynchronise or prov_mfa_confirm was granted in this session. 0 for one that still
 *                waits for its code, and for one that prov_mfa_password_right let in, by a trusted address too: then the risk
 *                alone is not enough, and without a code it is PROV_OUTCOME_CODE_NEEDED.
 * code           NULL and 0: none.
 * risk_accepted  1: it was.
 * out            a new step; free it with prov_mfa_step_free.
 */
prov_status prov_mfa_self_switch_off(const prov_mfa_facts *facts,
                                     uint64_t session,
                                     uint8_t passed_factor,
                                     const char *code,
                                     size_t code_len,
                                     uint8_t risk_accepted,
                                     int64_t now_ms,
                                     prov_mfa_step **out,
                                     prov_error **error);

/**
 * Does what an administrator asks for somebody else. An act that changes nothing has no account to store.
 * actor          the portal user who acts; NULL and 0: the service provider's own staff; empty text is
 *                PROV_E_ARGUMENT. The owner is PROV_E_MFA_OWN_ACCOUNT.
 * fresh_factor   1: the actor gave a second factor just now; else it is PROV_E_MFA_ACTOR_FACTOR.
 * act            a PROV_ACT.
 * risk_accepted  with PROV_ACT_SWITCH_OFF; without it that is PROV_E_MFA_RISK_NOT_ACCEPTED.
 * out            a new step; free it with prov_mfa_step_free.
 */
prov_status prov_mfa_admin(const prov_mfa_facts *facts,
                           const char *actor,
                           size_t actor_len,
                           uint8_t fresh_factor,
                           uint8_t act,
                           uint8_t risk_accepted,
                           int64_t now_ms,
                           const uint8_t entropy[32],
                           prov_mfa_step **out,
                           prov_error **error);

/**
 * Ends what is over: enrolments, grants, demands. Call it at prov_mfa_next_timeout; late, early or twice is harmless.
 * out  a new step; free it with prov_mfa_step_free.
 */
prov_status prov_mfa_handle_timeout(const prov_account *account,
                                    const prov_mfa_policy *policy,
                                    int64_t now_ms,
                                    prov_mfa_step **out,
                                    prov_error **error);

/**
 * When an account next needs a prov_mfa_handle_timeout.
 * out  0: nothing waits.
 */
prov_status prov_mfa_next_timeout(const prov_account *account,
                                  const prov_mfa_policy *policy,
                                  int64_t *out,
                                  prov_error **error);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* PROV_H */
