//! The sentences of explanations, in six languages (SPEC R25, E4).
//!
//! A reason stands behind a colon and has no full stop; everything else is a sentence.

use crate::device::Withheld;
use crate::lang::{Text, texts};
use crate::standing::Proof;

/// What a request proved, as a sentence.
pub(super) const fn proof(proof: Proof) -> Text<&'static str> {
    match proof {
        Proof::Certificate => BY_CERTIFICATE,
        Proof::Credential => BY_CREDENTIAL,
        Proof::AcceptedToken => BY_ACCEPTED_TOKEN,
        Proof::AcceptedAddress => BY_ACCEPTED_ADDRESS,
        Proof::PresentToken => BY_PRESENT_TOKEN,
        Proof::StaleCredential => BY_STALE,
        Proof::None => BY_NOTHING,
    }
}

/// Why secrets were withheld, as a sentence.
pub(super) const fn withheld(why: Withheld) -> Text<&'static str> {
    match why {
        Withheld::Closed => KEPT_CLOSED,
        Withheld::OtherSource => KEPT_OTHER_SOURCE,
        Withheld::ProvenOnly => KEPT_PROVEN_ONLY,
        Withheld::Leased => KEPT_LEASED,
    }
}

texts! {
    RULE {
        de: "Regel",
        en: "rule",
        fr: "règle",
        es: "regla",
        it: "regola",
        pl: "reguła",
    }
    FULL {
        de: "Die vollständige Konfiguration wurde ausgegeben",
        en: "The full configuration was given",
        fr: "La configuration complète a été fournie",
        es: "Se entregó la configuración completa",
        it: "È stata fornita la configurazione completa",
        pl: "Wydano pełną konfigurację",
    }
    RESTRICTED {
        de: "Die eingeschränkte Konfiguration wurde ausgegeben",
        en: "The restricted configuration was given",
        fr: "La configuration restreinte a été fournie",
        es: "Se entregó la configuración restringida",
        it: "È stata fornita la configurazione limitata",
        pl: "Wydano ograniczoną konfigurację",
    }
    STATIC {
        de: "Es wurde eine Datei ohne Kundendaten verlangt",
        en: "A file without tenant data was asked for",
        fr: "Un fichier sans données de client a été demandé",
        es: "Se pidió un archivo sin datos del cliente",
        it: "È stato richiesto un file senza dati del cliente",
        pl: "Zażądano pliku bez danych klienta",
    }
    CHALLENGED {
        de: "Das Telefon wurde nach seiner Anmeldung gefragt",
        en: "The telephone was asked for its login",
        fr: "Le téléphone a été invité à s’identifier",
        es: "Se pidieron al teléfono sus credenciales",
        it: "Al telefono sono state chieste le credenziali",
        pl: "Telefon poproszono o dane logowania",
    }
    DENIED {
        de: "Die Anfrage wurde abgelehnt",
        en: "The request was denied",
        fr: "La requête a été refusée",
        es: "Se rechazó la solicitud",
        it: "La richiesta è stata rifiutata",
        pl: "Żądanie odrzucono",
    }
    BY_CERTIFICATE {
        de: "Die Anfrage hat ihre MAC-Adresse mit einem Zertifikat bewiesen.",
        en: "The request proved its MAC address by a certificate.",
        fr: "La requête a prouvé son adresse MAC par un certificat.",
        es: "La solicitud demostró su dirección MAC con un certificado.",
        it: "La richiesta ha dimostrato il proprio indirizzo MAC con un certificato.",
        pl: "Żądanie potwierdziło swój adres MAC certyfikatem.",
    }
    BY_CREDENTIAL {
        de: "Die Anfrage zeigte die gültigen Zugangsdaten des Geräts.",
        en: "The request showed the present credential of the device.",
        fr: "La requête a présenté l’identifiant actuel de l’appareil.",
        es: "La solicitud mostró la credencial vigente del dispositivo.",
        it: "La richiesta ha mostrato la credenziale attuale del dispositivo.",
        pl: "Żądanie okazało aktualne poświadczenie urządzenia.",
    }
    BY_ACCEPTED_TOKEN {
        de: "Die Anfrage zeigte das Token der Anmeldung, deren PAP angenommen wurde.",
        en: "The request showed the token of the enrolment whose PAP was accepted.",
        fr: "La requête a présenté le jeton de l’inscription dont le PAP a été accepté.",
        es: "La solicitud mostró el token de la inscripción cuyo PAP se aceptó.",
        it: "La richiesta ha mostrato il token della registrazione il cui PAP è stato accettato.",
        pl: "Żądanie okazało token rejestracji, której PAP został przyjęty.",
    }
    BY_ACCEPTED_ADDRESS {
        de: "Die Anfrage kam von der Adresse, deren PAP angenommen wurde.",
        en: "The request came from the address whose PAP was accepted.",
        fr: "La requête est venue de l’adresse dont le PAP a été accepté.",
        es: "La solicitud llegó desde la dirección cuyo PAP se aceptó.",
        it: "La richiesta è arrivata dall’indirizzo il cui PAP è stato accettato.",
        pl: "Żądanie przyszło z adresu, którego PAP został przyjęty.",
    }
    BY_PRESENT_TOKEN {
        de: "Die Anfrage zeigte das Token einer Anmeldung, die noch auf ihren PAP wartet.",
        en: "The request showed the token of an enrolment that waits for its PAP.",
        fr: "La requête a présenté le jeton d’une inscription qui attend son PAP.",
        es: "La solicitud mostró el token de una inscripción que espera su PAP.",
        it: "La richiesta ha mostrato il token di una registrazione che attende il suo PAP.",
        pl: "Żądanie okazało token rejestracji, która czeka na swój PAP.",
    }
    BY_STALE {
        de: "Die Anfrage zeigte veraltete oder gefälschte Zugangsdaten.",
        en: "The request showed a credential of an earlier epoch or a forged one.",
        fr: "La requête a présenté un identifiant périmé ou falsifié.",
        es: "La solicitud mostró una credencial antigua o falsificada.",
        it: "La richiesta ha mostrato una credenziale vecchia o falsificata.",
        pl: "Żądanie okazało nieaktualne lub podrobione poświadczenie.",
    }
    BY_NOTHING {
        de: "Die Anfrage hat nichts bewiesen.",
        en: "The request proved nothing.",
        fr: "La requête n’a rien prouvé.",
        es: "La solicitud no demostró nada.",
        it: "La richiesta non ha dimostrato nulla.",
        pl: "Żądanie niczego nie potwierdziło.",
    }
    PERMANENT {
        de: "Der Eintrag {entry} der dauerhaften Whitelist umfasst die Adresse.",
        en: "The permanent whitelist entry {entry} covers the address.",
        fr: "L’entrée {entry} de la liste blanche permanente couvre l’adresse.",
        es: "La entrada {entry} de la lista blanca permanente incluye la dirección.",
        it: "La voce {entry} della whitelist permanente comprende l’indirizzo.",
        pl: "Wpis {entry} stałej białej listy obejmuje ten adres.",
    }
    TEMPORARY {
        de: "Die Adresse steht bis {until} auf der temporären Whitelist.",
        en: "The address is on the temporary whitelist until {until}.",
        fr: "L’adresse figure sur la liste blanche temporaire jusqu’au {until}.",
        es: "La dirección está en la lista blanca temporal hasta {until}.",
        it: "L’indirizzo è nella whitelist temporanea fino a {until}.",
        pl: "Adres jest na tymczasowej białej liście do {until}.",
    }
    NOT_ENFORCED {
        de: "Die Richtlinie setzt diese Regel nicht durch.",
        en: "The policy does not enforce this rule.",
        fr: "La politique n’applique pas cette règle.",
        es: "La política no aplica esta regla.",
        it: "La politica non applica questa regola.",
        pl: "Zasady nie wymuszają tej reguły.",
    }
    KEPT_CLOSED {
        de: "Geheimnisse wurden zurückgehalten: Sie wurden schon ausgegeben, und das Zeitfenster ist vorbei.",
        en: "Secrets were withheld: they were given before and the window is over.",
        fr: "Des secrets ont été retenus : ils ont déjà été fournis et le délai est passé.",
        es: "Se retuvieron secretos: ya se entregaron y el plazo ha terminado.",
        it: "Alcuni segreti sono stati trattenuti: erano già stati forniti e il tempo è scaduto.",
        pl: "Wstrzymano sekrety: wydano je już wcześniej, a czas na to minął.",
    }
    KEPT_OTHER_SOURCE {
        de: "Geheimnisse wurden zurückgehalten: Ihr Zeitfenster ist an eine andere Adresse gebunden.",
        en: "Secrets were withheld: their window is bound to another address.",
        fr: "Des secrets ont été retenus : leur délai est lié à une autre adresse.",
        es: "Se retuvieron secretos: su plazo está ligado a otra dirección.",
        it: "Alcuni segreti sono stati trattenuti: il loro periodo è legato a un altro indirizzo.",
        pl: "Wstrzymano sekrety: ich okno czasowe jest związane z innym adresem.",
    }
    KEPT_PROVEN_ONLY {
        de: "Geheimnisse wurden zurückgehalten: Diese Freigabe gilt nur für bewiesene Anfragen.",
        en: "Secrets were withheld: this release is for proven requests only.",
        fr: "Des secrets ont été retenus : cette libération ne vaut que pour des requêtes prouvées.",
        es: "Se retuvieron secretos: esta liberación es solo para solicitudes demostradas.",
        it: "Alcuni segreti sono stati trattenuti: questo rilascio vale solo per richieste dimostrate.",
        pl: "Wstrzymano sekrety: to zwolnienie dotyczy tylko potwierdzonych żądań.",
    }
    KEPT_LEASED {
        de: "Geheimnisse wurden zurückgehalten: Sie sind gerade zu einer anderen Adresse unterwegs.",
        en: "Secrets were withheld: they are on their way to another address just now.",
        fr: "Des secrets ont été retenus : ils sont en route vers une autre adresse.",
        es: "Se retuvieron secretos: en este momento van camino de otra dirección.",
        it: "Alcuni segreti sono stati trattenuti: sono in viaggio verso un altro indirizzo.",
        pl: "Wstrzymano sekrety: są właśnie w drodze na inny adres.",
    }
    WHY_R1 {
        de: "die Quelle ist über ihrem Limit",
        en: "the source is over its limit",
        fr: "la source a dépassé sa limite",
        es: "el origen superó su límite",
        it: "l’origine ha superato il proprio limite",
        pl: "źródło przekroczyło swój limit",
    }
    WHY_R2 {
        de: "ein solches Gerät gibt es nicht",
        en: "there is no such device",
        fr: "cet appareil n’existe pas",
        es: "no existe tal dispositivo",
        it: "il dispositivo non esiste",
        pl: "nie ma takiego urządzenia",
    }
    WHY_R3 {
        de: "das Gerät ist inaktiv oder nicht zugelassen, oder das Zertifikat gehört einem anderen",
        en: "the device is inactive or not authorised, or the certificate is another device’s",
        fr: "l’appareil est inactif ou non autorisé, ou le certificat est celui d’un autre",
        es: "el dispositivo está inactivo o no autorizado, o el certificado es de otro",
        it: "il dispositivo è inattivo o non autorizzato, oppure il certificato è di un altro",
        pl: "urządzenie jest nieaktywne lub niedozwolone albo certyfikat należy do innego",
    }
    WHY_R4 {
        de: "die Authentifizierung ist für das Gerät ausgesetzt",
        en: "authentication is suspended for the device",
        fr: "l’authentification est suspendue pour l’appareil",
        es: "la autenticación está suspendida para el dispositivo",
        it: "l’autenticazione è sospesa per il dispositivo",
        pl: "uwierzytelnianie urządzenia jest zawieszone",
    }
    WHY_R5 {
        de: "das Gerät ist gesperrt",
        en: "the device is blocked",
        fr: "l’appareil est bloqué",
        es: "el dispositivo está bloqueado",
        it: "il dispositivo è bloccato",
        pl: "urządzenie jest zablokowane",
    }
    WHY_R6A {
        de: "die Adresse steht auf der dauerhaften Whitelist",
        en: "the address is on the permanent whitelist",
        fr: "l’adresse figure sur la liste blanche permanente",
        es: "la dirección está en la lista blanca permanente",
        it: "l’indirizzo è nella whitelist permanente",
        pl: "adres jest na stałej białej liście",
    }
    WHY_R6B {
        de: "die Adresse steht auf der temporären Whitelist",
        en: "the address is on the temporary whitelist",
        fr: "l’adresse figure sur la liste blanche temporaire",
        es: "la dirección está en la lista blanca temporal",
        it: "l’indirizzo è nella whitelist temporanea",
        pl: "adres jest na tymczasowej białej liście",
    }
    WHY_R7 {
        de: "das Gerät hat sich ausgewiesen",
        en: "the device is proven",
        fr: "l’appareil s’est prouvé",
        es: "el dispositivo se ha identificado",
        it: "il dispositivo si è identificato",
        pl: "urządzenie potwierdziło swoją tożsamość",
    }
    WHY_R8 {
        de: "der PAP wurde angenommen",
        en: "the PAP was accepted",
        fr: "le PAP a été accepté",
        es: "el PAP se aceptó",
        it: "il PAP è stato accettato",
        pl: "PAP został przyjęty",
    }
    WHY_R8A {
        de: "das Gerät ist als installiert importiert",
        en: "the device is imported as installed",
        fr: "l’appareil est importé comme installé",
        es: "el dispositivo se importó como instalado",
        it: "il dispositivo è importato come installato",
        pl: "urządzenie zaimportowano jako zainstalowane",
    }
    WHY_R9 {
        de: "die Zugangsdaten gelten nicht mehr",
        en: "the credential is no longer good",
        fr: "l’identifiant n’est plus valable",
        es: "la credencial ya no es válida",
        it: "la credenziale non è più valida",
        pl: "poświadczenie nie jest już ważne",
    }
    WHY_R10 {
        de: "das Gerät war eingerichtet und hat seine Konfiguration verloren",
        en: "the device was provisioned and has lost its configuration",
        fr: "l’appareil était configuré et a perdu sa configuration",
        es: "el dispositivo estaba configurado y ha perdido su configuración",
        it: "il dispositivo era configurato e ha perso la configurazione",
        pl: "urządzenie było skonfigurowane i utraciło konfigurację",
    }
    WHY_R11 {
        de: "das Gerät wartet auf seinen PAP",
        en: "the device waits for its PAP",
        fr: "l’appareil attend son PAP",
        es: "el dispositivo espera su PAP",
        it: "il dispositivo attende il suo PAP",
        pl: "urządzenie czeka na swój PAP",
    }
    WHY_LOCKED {
        de: "das Gerät ist vorübergehend gesperrt",
        en: "the device is locked for now",
        fr: "l’appareil est verrouillé pour le moment",
        es: "el dispositivo está bloqueado temporalmente",
        it: "il dispositivo è bloccato per il momento",
        pl: "urządzenie jest chwilowo zablokowane",
    }
    WHY_R17 {
        de: "der Übertragungsweg darf keine Geheimnisse tragen",
        en: "the transport may not carry secrets",
        fr: "le transport ne doit pas porter de secrets",
        es: "el transporte no puede llevar secretos",
        it: "il trasporto non può portare segreti",
        pl: "ten sposób przesyłania nie może przenosić sekretów",
    }
    WHY_R18 {
        de: "das Gerät gehört zu einem anderen Kunden",
        en: "the device belongs to another tenant",
        fr: "l’appareil appartient à un autre client",
        es: "el dispositivo pertenece a otro cliente",
        it: "il dispositivo appartiene a un altro cliente",
        pl: "urządzenie należy do innego klienta",
    }
    WHY_R20 {
        de: "das Modell lässt sich nicht einschränken",
        en: "the model cannot be restricted",
        fr: "le modèle ne peut pas être restreint",
        es: "el modelo no se puede restringir",
        it: "il modello non può essere limitato",
        pl: "tego modelu nie można ograniczyć",
    }
    WHY_R21 {
        de: "Telefone dieses Herstellers fragen mit einer Anmeldung noch einmal",
        en: "this vendor’s telephones repeat with a login",
        fr: "les téléphones de ce fabricant répètent la requête avec un identifiant",
        es: "los teléfonos de este fabricante repiten la solicitud con credenciales",
        it: "i telefoni di questo produttore ripetono la richiesta con le credenziali",
        pl: "telefony tego producenta ponawiają żądanie z danymi logowania",
    }
    WHY_STATIC {
        de: "die Anfrage nennt kein Gerät",
        en: "the request names no device",
        fr: "la requête ne nomme aucun appareil",
        es: "la solicitud no nombra ningún dispositivo",
        it: "la richiesta non nomina alcun dispositivo",
        pl: "żądanie nie wskazuje urządzenia",
    }
    WHY_METHOD {
        de: "nur GET wird bedient",
        en: "only GET is served",
        fr: "seul GET est servi",
        es: "solo se atiende GET",
        it: "viene servito solo GET",
        pl: "obsługiwane jest tylko GET",
    }
    WHY_SIDE_FILE {
        de: "eine Nebendatei ist nur für authentifizierte Geräte",
        en: "a side file is for authenticated devices",
        fr: "un fichier annexe est réservé aux appareils authentifiés",
        es: "un archivo auxiliar es para dispositivos autenticados",
        it: "un file accessorio è riservato ai dispositivi autenticati",
        pl: "plik dodatkowy jest dla uwierzytelnionych urządzeń",
    }
    DO_NOTHING {
        de: "Es muss sich nichts ändern.",
        en: "Nothing needs to change.",
        fr: "Rien ne doit changer.",
        es: "No hace falta cambiar nada.",
        it: "Non serve cambiare nulla.",
        pl: "Nic nie trzeba zmieniać.",
    }
    DO_RELEASE {
        de: "Wurde das Telefon auf Werkseinstellungen zurückgesetzt, geben Sie seine Passwörter noch einmal frei oder setzen Sie seine Authentifizierung zurück.",
        en: "If the telephone was reset to factory settings, release its passwords again or reset its authentication.",
        fr: "Si le téléphone a été remis aux réglages d’usine, libérez à nouveau ses mots de passe ou réinitialisez son authentification.",
        es: "Si el teléfono se restableció a los ajustes de fábrica, libere de nuevo sus contraseñas o restablezca su autenticación.",
        it: "Se il telefono è stato riportato alle impostazioni di fabbrica, rilasci di nuovo le sue password o reimposti la sua autenticazione.",
        pl: "Jeśli w telefonie przywrócono ustawienia fabryczne, należy ponownie zwolnić jego hasła lub zresetować uwierzytelnienie.",
    }
    DO_WAIT_LIMIT {
        de: "Warten Sie, bis das Limit dieser Quelle abgelaufen ist, oder setzen Sie ihre Adresse auf die dauerhafte Whitelist.",
        en: "Wait until the limit of this source is over, or put its address on the permanent whitelist.",
        fr: "Attendez la fin de la limite de cette source ou ajoutez son adresse à la liste blanche permanente.",
        es: "Espere a que termine el límite de este origen o añada su dirección a la lista blanca permanente.",
        it: "Attenda la fine del limite di questa origine o aggiunga il suo indirizzo alla whitelist permanente.",
        pl: "Należy poczekać, aż limit tego źródła minie, lub dodać jego adres do stałej białej listy.",
    }
    DO_CREATE {
        de: "Legen Sie das Gerät an und prüfen Sie die MAC-Adresse auf seinem Etikett.",
        en: "Create the device, and check the MAC address on its label.",
        fr: "Créez l’appareil et vérifiez l’adresse MAC sur son étiquette.",
        es: "Cree el dispositivo y compruebe la dirección MAC en su etiqueta.",
        it: "Crei il dispositivo e controlli l’indirizzo MAC sulla sua etichetta.",
        pl: "Należy utworzyć urządzenie i sprawdzić adres MAC na jego etykiecie.",
    }
    DO_ACTIVATE {
        de: "Aktivieren Sie das Gerät oder nehmen Sie seine MAC-Adresse in die Liste der zugelassenen auf; ein Zertifikat muss sein eigenes sein.",
        en: "Activate the device, or add its MAC address to the authorised list; a certificate must be its own.",
        fr: "Activez l’appareil ou ajoutez son adresse MAC à la liste autorisée ; un certificat doit être le sien.",
        es: "Active el dispositivo o añada su dirección MAC a la lista autorizada; un certificado debe ser el suyo.",
        it: "Attivi il dispositivo o aggiunga il suo indirizzo MAC all’elenco autorizzato; un certificato deve essere il suo.",
        pl: "Należy aktywować urządzenie lub dodać jego adres MAC do listy dozwolonych; certyfikat musi być jego własny.",
    }
    DO_RESET {
        de: "Setzen Sie die Authentifizierung des Geräts zurück.",
        en: "Reset the authentication of the device.",
        fr: "Réinitialisez l’authentification de l’appareil.",
        es: "Restablezca la autenticación del dispositivo.",
        it: "Reimposti l’autenticazione del dispositivo.",
        pl: "Należy zresetować uwierzytelnienie urządzenia.",
    }
    DO_FACTORY_RESET {
        de: "Setzen Sie das Telefon auf Werkseinstellungen zurück und geben Sie dann den PAP ein.",
        en: "Reset the telephone to factory settings, then enter the PAP.",
        fr: "Remettez le téléphone aux réglages d’usine, puis saisissez le PAP.",
        es: "Restablezca el teléfono a los ajustes de fábrica e introduzca después el PAP.",
        it: "Riporti il telefono alle impostazioni di fabbrica, poi inserisca il PAP.",
        pl: "Należy przywrócić w telefonie ustawienia fabryczne, a następnie wpisać PAP.",
    }
    DO_RESET_AND_PAP {
        de: "Setzen Sie die Authentifizierung des Geräts zurück und geben Sie den neuen PAP ein.",
        en: "Reset the authentication of the device and enter the new PAP.",
        fr: "Réinitialisez l’authentification de l’appareil et saisissez le nouveau PAP.",
        es: "Restablezca la autenticación del dispositivo e introduzca el nuevo PAP.",
        it: "Reimposti l’autenticazione del dispositivo e inserisca il nuovo PAP.",
        pl: "Należy zresetować uwierzytelnienie urządzenia i wpisać nowy PAP.",
    }
    DO_WAIT_LOCK {
        de: "Warten Sie, bis die Sperre vorbei ist, oder setzen Sie die Authentifizierung des Geräts zurück.",
        en: "Wait until the lock is over, or reset the authentication of the device.",
        fr: "Attendez la fin du verrouillage ou réinitialisez l’authentification de l’appareil.",
        es: "Espere a que termine el bloqueo o restablezca la autenticación del dispositivo.",
        it: "Attenda la fine del blocco o reimposti l’autenticazione del dispositivo.",
        pl: "Należy poczekać na koniec blokady lub zresetować uwierzytelnienie urządzenia.",
    }
    DO_DIAL {
        de: "Wählen Sie am Telefon *89 und geben Sie den PAP ein, oder setzen Sie seine Adresse auf die Whitelist.",
        en: "Dial *89 at the telephone and enter the PAP, or put its address on the whitelist.",
        fr: "Composez *89 sur le téléphone et saisissez le PAP, ou ajoutez son adresse à la liste blanche.",
        es: "Marque *89 en el teléfono e introduzca el PAP, o añada su dirección a la lista blanca.",
        it: "Componga *89 sul telefono e inserisca il PAP, oppure aggiunga il suo indirizzo alla whitelist.",
        pl: "Należy wybrać *89 w telefonie i wpisać PAP lub dodać jego adres do białej listy.",
    }
    DO_HTTPS {
        de: "Lassen Sie das Telefon über https abrufen, oder erlauben Sie http für sein Modell oder sein Netz.",
        en: "Let the telephone fetch over https, or allow plain http for its model or network.",
        fr: "Faites passer le téléphone par https, ou autorisez http pour son modèle ou son réseau.",
        es: "Haga que el teléfono use https, o permita http para su modelo o su red.",
        it: "Faccia usare https al telefono, oppure consenta http per il suo modello o la sua rete.",
        pl: "Telefon powinien pobierać przez https; można też zezwolić na http dla jego modelu lub sieci.",
    }
    DO_CHECK_HOST {
        de: "Prüfen Sie, unter welcher Adresse des Provisionierungsservers das Telefon anfragt.",
        en: "Check under which address of the provisioning server the telephone asks.",
        fr: "Vérifiez à quelle adresse du serveur de provisionnement le téléphone s’adresse.",
        es: "Compruebe con qué dirección del servidor de aprovisionamiento consulta el teléfono.",
        it: "Controlli a quale indirizzo del server di provisioning si rivolge il telefono.",
        pl: "Należy sprawdzić, pod jaki adres serwera konfiguracji zwraca się telefon.",
    }
    DO_OTHER_MODEL {
        de: "Verwenden Sie ein Modell, das sich einschränken lässt, oder setzen Sie die Adresse vorher auf die Whitelist.",
        en: "Use a model that can be restricted, or whitelist its address before it asks.",
        fr: "Utilisez un modèle qui peut être restreint, ou ajoutez d’abord son adresse à la liste blanche.",
        es: "Use un modelo que se pueda restringir, o añada antes su dirección a la lista blanca.",
        it: "Usi un modello che può essere limitato, oppure aggiunga prima il suo indirizzo alla whitelist.",
        pl: "Należy użyć modelu, który można ograniczyć, lub wcześniej dodać jego adres do białej listy.",
    }
    DO_LET_REPEAT {
        de: "Nichts: Das Telefon wiederholt die Anfrage mit seiner Anmeldung.",
        en: "Nothing: the telephone repeats its request with its login.",
        fr: "Rien : le téléphone répète la requête avec son identifiant.",
        es: "Nada: el teléfono repite la solicitud con sus credenciales.",
        it: "Nulla: il telefono ripete la richiesta con le sue credenziali.",
        pl: "Nic: telefon ponowi żądanie z danymi logowania.",
    }
    DO_GET {
        de: "Rufen Sie Dateien mit GET ab.",
        en: "Fetch files with GET.",
        fr: "Récupérez les fichiers avec GET.",
        es: "Obtenga los archivos con GET.",
        it: "Recuperi i file con GET.",
        pl: "Pliki należy pobierać metodą GET.",
    }
    DO_AUTHENTICATE {
        de: "Authentifizieren Sie zuerst das Gerät.",
        en: "Authenticate the device first.",
        fr: "Authentifiez d’abord l’appareil.",
        es: "Autentique primero el dispositivo.",
        it: "Autentichi prima il dispositivo.",
        pl: "Najpierw należy uwierzytelnić urządzenie.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;
    use alloc::vec::Vec;

    #[test]
    fn r25_every_sentence_is_there_in_every_language_and_in_its_own_words() {
        let all = [
            RULE,
            FULL,
            RESTRICTED,
            STATIC,
            CHALLENGED,
            DENIED,
            BY_CERTIFICATE,
            BY_CREDENTIAL,
            BY_ACCEPTED_TOKEN,
            BY_ACCEPTED_ADDRESS,
            BY_PRESENT_TOKEN,
            BY_STALE,
            BY_NOTHING,
            PERMANENT,
            TEMPORARY,
            NOT_ENFORCED,
            KEPT_CLOSED,
            KEPT_OTHER_SOURCE,
            KEPT_PROVEN_ONLY,
            KEPT_LEASED,
            WHY_R1,
            WHY_R2,
            WHY_R3,
            WHY_R4,
            WHY_R5,
            WHY_R6A,
            WHY_R6B,
            WHY_R7,
            WHY_R8,
            WHY_R8A,
            WHY_R9,
            WHY_R10,
            WHY_R11,
            WHY_LOCKED,
            WHY_R17,
            WHY_R18,
            WHY_R20,
            WHY_R21,
            WHY_STATIC,
            WHY_METHOD,
            WHY_SIDE_FILE,
            DO_NOTHING,
            DO_RELEASE,
            DO_WAIT_LIMIT,
            DO_CREATE,
            DO_ACTIVATE,
            DO_RESET,
            DO_FACTORY_RESET,
            DO_RESET_AND_PAP,
            DO_WAIT_LOCK,
            DO_DIAL,
            DO_HTTPS,
            DO_CHECK_HOST,
            DO_OTHER_MODEL,
            DO_LET_REPEAT,
            DO_GET,
            DO_AUTHENTICATE,
        ];
        for text in all {
            let forms: Vec<&str> = Lang::ALL.iter().map(|lang| text.get(*lang)).collect();
            for (at, form) in forms.iter().enumerate() {
                assert!(form.len() > 3 && form.trim() == *form && !form.contains("  "), "{form}");
                assert_eq!(form.ends_with('.'), text.en.ends_with('.'), "{form}");
                for mark in ["{entry}", "{until}", "*89", "PAP", "GET", "https"] {
                    assert_eq!(form.contains(mark), text.en.contains(mark), "{mark} in {form}");
                }
                assert_eq!(form.matches(['{', '}']).count(), text.en.matches(['{', '}']).count(), "{form}");
                assert!(!forms.iter().skip(at + 1).any(|other| other == form), "twice: {form}");
            }
        }
    }
}
