//! Made from the IANA time zone database 2026e; `LIBPROV_BLESS=1 cargo test -p libprov --test zones`
//! writes it anew.

use super::{Change, Rule, Summer};

/// Every zone by name, a line each, in ascending order.
#[rustfmt::skip]
pub(super) const NAMES: &str = "\
Africa/Abidjan\n\
Africa/Accra\n\
Africa/Addis_Ababa\n\
Africa/Algiers\n\
Africa/Asmara\n\
Africa/Asmera\n\
Africa/Bamako\n\
Africa/Bangui\n\
Africa/Banjul\n\
Africa/Bissau\n\
Africa/Blantyre\n\
Africa/Brazzaville\n\
Africa/Bujumbura\n\
Africa/Cairo\n\
Africa/Casablanca\n\
Africa/Ceuta\n\
Africa/Conakry\n\
Africa/Dakar\n\
Africa/Dar_es_Salaam\n\
Africa/Djibouti\n\
Africa/Douala\n\
Africa/El_Aaiun\n\
Africa/Freetown\n\
Africa/Gaborone\n\
Africa/Harare\n\
Africa/Johannesburg\n\
Africa/Juba\n\
Africa/Kampala\n\
Africa/Khartoum\n\
Africa/Kigali\n\
Africa/Kinshasa\n\
Africa/Lagos\n\
Africa/Libreville\n\
Africa/Lome\n\
Africa/Luanda\n\
Africa/Lubumbashi\n\
Africa/Lusaka\n\
Africa/Malabo\n\
Africa/Maputo\n\
Africa/Maseru\n\
Africa/Mbabane\n\
Africa/Mogadishu\n\
Africa/Monrovia\n\
Africa/Nairobi\n\
Africa/Ndjamena\n\
Africa/Niamey\n\
Africa/Nouakchott\n\
Africa/Ouagadougou\n\
Africa/Porto-Novo\n\
Africa/Sao_Tome\n\
Africa/Timbuktu\n\
Africa/Tripoli\n\
Africa/Tunis\n\
Africa/Windhoek\n\
America/Adak\n\
America/Anchorage\n\
America/Anguilla\n\
America/Antigua\n\
America/Araguaina\n\
America/Argentina/Buenos_Aires\n\
America/Argentina/Catamarca\n\
America/Argentina/ComodRivadavia\n\
America/Argentina/Cordoba\n\
America/Argentina/Jujuy\n\
America/Argentina/La_Rioja\n\
America/Argentina/Mendoza\n\
America/Argentina/Rio_Gallegos\n\
America/Argentina/Salta\n\
America/Argentina/San_Juan\n\
America/Argentina/San_Luis\n\
America/Argentina/Tucuman\n\
America/Argentina/Ushuaia\n\
America/Aruba\n\
America/Asuncion\n\
America/Atikokan\n\
America/Atka\n\
America/Bahia\n\
America/Bahia_Banderas\n\
America/Barbados\n\
America/Belem\n\
America/Belize\n\
America/Blanc-Sablon\n\
America/Boa_Vista\n\
America/Bogota\n\
America/Boise\n\
America/Buenos_Aires\n\
America/Cambridge_Bay\n\
America/Campo_Grande\n\
America/Cancun\n\
America/Caracas\n\
America/Catamarca\n\
America/Cayenne\n\
America/Cayman\n\
America/Chicago\n\
America/Chihuahua\n\
America/Ciudad_Juarez\n\
America/Coral_Harbour\n\
America/Cordoba\n\
America/Costa_Rica\n\
America/Coyhaique\n\
America/Creston\n\
America/Cuiaba\n\
America/Curacao\n\
America/Danmarkshavn\n\
America/Dawson\n\
America/Dawson_Creek\n\
America/Denver\n\
America/Detroit\n\
America/Dominica\n\
America/Edmonton\n\
America/Eirunepe\n\
America/El_Salvador\n\
America/Ensenada\n\
America/Fort_Nelson\n\
America/Fort_Wayne\n\
America/Fortaleza\n\
America/Glace_Bay\n\
America/Godthab\n\
America/Goose_Bay\n\
America/Grand_Turk\n\
America/Grenada\n\
America/Guadeloupe\n\
America/Guatemala\n\
America/Guayaquil\n\
America/Guyana\n\
America/Halifax\n\
America/Havana\n\
America/Hermosillo\n\
America/Indiana/Indianapolis\n\
America/Indiana/Knox\n\
America/Indiana/Marengo\n\
America/Indiana/Petersburg\n\
America/Indiana/Tell_City\n\
America/Indiana/Vevay\n\
America/Indiana/Vincennes\n\
America/Indiana/Winamac\n\
America/Indianapolis\n\
America/Inuvik\n\
America/Iqaluit\n\
America/Jamaica\n\
America/Jujuy\n\
America/Juneau\n\
America/Kentucky/Louisville\n\
America/Kentucky/Monticello\n\
America/Knox_IN\n\
America/Kralendijk\n\
America/La_Paz\n\
America/Lima\n\
America/Los_Angeles\n\
America/Louisville\n\
America/Lower_Princes\n\
America/Maceio\n\
America/Managua\n\
America/Manaus\n\
America/Marigot\n\
America/Martinique\n\
America/Matamoros\n\
America/Mazatlan\n\
America/Mendoza\n\
America/Menominee\n\
America/Merida\n\
America/Metlakatla\n\
America/Mexico_City\n\
America/Miquelon\n\
America/Moncton\n\
America/Monterrey\n\
America/Montevideo\n\
America/Montreal\n\
America/Montserrat\n\
America/Nassau\n\
America/New_York\n\
America/Nipigon\n\
America/Nome\n\
America/Noronha\n\
America/North_Dakota/Beulah\n\
America/North_Dakota/Center\n\
America/North_Dakota/New_Salem\n\
America/Nuuk\n\
America/Ojinaga\n\
America/Panama\n\
America/Pangnirtung\n\
America/Paramaribo\n\
America/Phoenix\n\
America/Port-au-Prince\n\
America/Port_of_Spain\n\
America/Porto_Acre\n\
America/Porto_Velho\n\
America/Puerto_Rico\n\
America/Punta_Arenas\n\
America/Rainy_River\n\
America/Rankin_Inlet\n\
America/Recife\n\
America/Regina\n\
America/Resolute\n\
America/Rio_Branco\n\
America/Rosario\n\
America/Santa_Isabel\n\
America/Santarem\n\
America/Santiago\n\
America/Santo_Domingo\n\
America/Sao_Paulo\n\
America/Scoresbysund\n\
America/Shiprock\n\
America/Sitka\n\
America/St_Barthelemy\n\
America/St_Johns\n\
America/St_Kitts\n\
America/St_Lucia\n\
America/St_Thomas\n\
America/St_Vincent\n\
America/Swift_Current\n\
America/Tegucigalpa\n\
America/Thule\n\
America/Thunder_Bay\n\
America/Tijuana\n\
America/Toronto\n\
America/Tortola\n\
America/Vancouver\n\
America/Virgin\n\
America/Whitehorse\n\
America/Winnipeg\n\
America/Yakutat\n\
America/Yellowknife\n\
Antarctica/Casey\n\
Antarctica/Davis\n\
Antarctica/DumontDUrville\n\
Antarctica/Macquarie\n\
Antarctica/Mawson\n\
Antarctica/McMurdo\n\
Antarctica/Palmer\n\
Antarctica/Rothera\n\
Antarctica/South_Pole\n\
Antarctica/Syowa\n\
Antarctica/Troll\n\
Antarctica/Vostok\n\
Arctic/Longyearbyen\n\
Asia/Aden\n\
Asia/Almaty\n\
Asia/Amman\n\
Asia/Anadyr\n\
Asia/Aqtau\n\
Asia/Aqtobe\n\
Asia/Ashgabat\n\
Asia/Ashkhabad\n\
Asia/Atyrau\n\
Asia/Baghdad\n\
Asia/Bahrain\n\
Asia/Baku\n\
Asia/Bangkok\n\
Asia/Barnaul\n\
Asia/Beirut\n\
Asia/Bishkek\n\
Asia/Brunei\n\
Asia/Calcutta\n\
Asia/Chita\n\
Asia/Choibalsan\n\
Asia/Chongqing\n\
Asia/Chungking\n\
Asia/Colombo\n\
Asia/Dacca\n\
Asia/Damascus\n\
Asia/Dhaka\n\
Asia/Dili\n\
Asia/Dubai\n\
Asia/Dushanbe\n\
Asia/Famagusta\n\
Asia/Gaza\n\
Asia/Harbin\n\
Asia/Hebron\n\
Asia/Ho_Chi_Minh\n\
Asia/Hong_Kong\n\
Asia/Hovd\n\
Asia/Irkutsk\n\
Asia/Istanbul\n\
Asia/Jakarta\n\
Asia/Jayapura\n\
Asia/Jerusalem\n\
Asia/Kabul\n\
Asia/Kamchatka\n\
Asia/Karachi\n\
Asia/Kashgar\n\
Asia/Kathmandu\n\
Asia/Katmandu\n\
Asia/Khandyga\n\
Asia/Kolkata\n\
Asia/Krasnoyarsk\n\
Asia/Kuala_Lumpur\n\
Asia/Kuching\n\
Asia/Kuwait\n\
Asia/Macao\n\
Asia/Macau\n\
Asia/Magadan\n\
Asia/Makassar\n\
Asia/Manila\n\
Asia/Muscat\n\
Asia/Nicosia\n\
Asia/Novokuznetsk\n\
Asia/Novosibirsk\n\
Asia/Omsk\n\
Asia/Oral\n\
Asia/Phnom_Penh\n\
Asia/Pontianak\n\
Asia/Pyongyang\n\
Asia/Qatar\n\
Asia/Qostanay\n\
Asia/Qyzylorda\n\
Asia/Rangoon\n\
Asia/Riyadh\n\
Asia/Saigon\n\
Asia/Sakhalin\n\
Asia/Samarkand\n\
Asia/Seoul\n\
Asia/Shanghai\n\
Asia/Singapore\n\
Asia/Srednekolymsk\n\
Asia/Taipei\n\
Asia/Tashkent\n\
Asia/Tbilisi\n\
Asia/Tehran\n\
Asia/Tel_Aviv\n\
Asia/Thimbu\n\
Asia/Thimphu\n\
Asia/Tokyo\n\
Asia/Tomsk\n\
Asia/Ujung_Pandang\n\
Asia/Ulaanbaatar\n\
Asia/Ulan_Bator\n\
Asia/Urumqi\n\
Asia/Ust-Nera\n\
Asia/Vientiane\n\
Asia/Vladivostok\n\
Asia/Yakutsk\n\
Asia/Yangon\n\
Asia/Yekaterinburg\n\
Asia/Yerevan\n\
Atlantic/Azores\n\
Atlantic/Bermuda\n\
Atlantic/Canary\n\
Atlantic/Cape_Verde\n\
Atlantic/Faeroe\n\
Atlantic/Faroe\n\
Atlantic/Jan_Mayen\n\
Atlantic/Madeira\n\
Atlantic/Reykjavik\n\
Atlantic/South_Georgia\n\
Atlantic/St_Helena\n\
Atlantic/Stanley\n\
Australia/ACT\n\
Australia/Adelaide\n\
Australia/Brisbane\n\
Australia/Broken_Hill\n\
Australia/Canberra\n\
Australia/Currie\n\
Australia/Darwin\n\
Australia/Eucla\n\
Australia/Hobart\n\
Australia/LHI\n\
Australia/Lindeman\n\
Australia/Lord_Howe\n\
Australia/Melbourne\n\
Australia/NSW\n\
Australia/North\n\
Australia/Perth\n\
Australia/Queensland\n\
Australia/South\n\
Australia/Sydney\n\
Australia/Tasmania\n\
Australia/Victoria\n\
Australia/West\n\
Australia/Yancowinna\n\
Brazil/Acre\n\
Brazil/DeNoronha\n\
Brazil/East\n\
Brazil/West\n\
CET\n\
CST6CDT\n\
Canada/Atlantic\n\
Canada/Central\n\
Canada/Eastern\n\
Canada/Mountain\n\
Canada/Newfoundland\n\
Canada/Pacific\n\
Canada/Saskatchewan\n\
Canada/Yukon\n\
Chile/Continental\n\
Chile/EasterIsland\n\
Cuba\n\
EET\n\
EST\n\
EST5EDT\n\
Egypt\n\
Eire\n\
Etc/GMT\n\
Etc/GMT+0\n\
Etc/GMT+1\n\
Etc/GMT+10\n\
Etc/GMT+11\n\
Etc/GMT+12\n\
Etc/GMT+2\n\
Etc/GMT+3\n\
Etc/GMT+4\n\
Etc/GMT+5\n\
Etc/GMT+6\n\
Etc/GMT+7\n\
Etc/GMT+8\n\
Etc/GMT+9\n\
Etc/GMT-0\n\
Etc/GMT-1\n\
Etc/GMT-10\n\
Etc/GMT-11\n\
Etc/GMT-12\n\
Etc/GMT-13\n\
Etc/GMT-14\n\
Etc/GMT-2\n\
Etc/GMT-3\n\
Etc/GMT-4\n\
Etc/GMT-5\n\
Etc/GMT-6\n\
Etc/GMT-7\n\
Etc/GMT-8\n\
Etc/GMT-9\n\
Etc/GMT0\n\
Etc/Greenwich\n\
Etc/UCT\n\
Etc/UTC\n\
Etc/Universal\n\
Etc/Zulu\n\
Europe/Amsterdam\n\
Europe/Andorra\n\
Europe/Astrakhan\n\
Europe/Athens\n\
Europe/Belfast\n\
Europe/Belgrade\n\
Europe/Berlin\n\
Europe/Bratislava\n\
Europe/Brussels\n\
Europe/Bucharest\n\
Europe/Budapest\n\
Europe/Busingen\n\
Europe/Chisinau\n\
Europe/Copenhagen\n\
Europe/Dublin\n\
Europe/Gibraltar\n\
Europe/Guernsey\n\
Europe/Helsinki\n\
Europe/Isle_of_Man\n\
Europe/Istanbul\n\
Europe/Jersey\n\
Europe/Kaliningrad\n\
Europe/Kiev\n\
Europe/Kirov\n\
Europe/Kyiv\n\
Europe/Lisbon\n\
Europe/Ljubljana\n\
Europe/London\n\
Europe/Luxembourg\n\
Europe/Madrid\n\
Europe/Malta\n\
Europe/Mariehamn\n\
Europe/Minsk\n\
Europe/Monaco\n\
Europe/Moscow\n\
Europe/Nicosia\n\
Europe/Oslo\n\
Europe/Paris\n\
Europe/Podgorica\n\
Europe/Prague\n\
Europe/Riga\n\
Europe/Rome\n\
Europe/Samara\n\
Europe/San_Marino\n\
Europe/Sarajevo\n\
Europe/Saratov\n\
Europe/Simferopol\n\
Europe/Skopje\n\
Europe/Sofia\n\
Europe/Stockholm\n\
Europe/Tallinn\n\
Europe/Tirane\n\
Europe/Tiraspol\n\
Europe/Ulyanovsk\n\
Europe/Uzhgorod\n\
Europe/Vaduz\n\
Europe/Vatican\n\
Europe/Vienna\n\
Europe/Vilnius\n\
Europe/Volgograd\n\
Europe/Warsaw\n\
Europe/Zagreb\n\
Europe/Zaporozhye\n\
Europe/Zurich\n\
GB\n\
GB-Eire\n\
GMT\n\
GMT+0\n\
GMT-0\n\
GMT0\n\
Greenwich\n\
HST\n\
Hongkong\n\
Iceland\n\
Indian/Antananarivo\n\
Indian/Chagos\n\
Indian/Christmas\n\
Indian/Cocos\n\
Indian/Comoro\n\
Indian/Kerguelen\n\
Indian/Mahe\n\
Indian/Maldives\n\
Indian/Mauritius\n\
Indian/Mayotte\n\
Indian/Reunion\n\
Iran\n\
Israel\n\
Jamaica\n\
Japan\n\
Kwajalein\n\
Libya\n\
MET\n\
MST\n\
MST7MDT\n\
Mexico/BajaNorte\n\
Mexico/BajaSur\n\
Mexico/General\n\
NZ\n\
NZ-CHAT\n\
Navajo\n\
PRC\n\
PST8PDT\n\
Pacific/Apia\n\
Pacific/Auckland\n\
Pacific/Bougainville\n\
Pacific/Chatham\n\
Pacific/Chuuk\n\
Pacific/Easter\n\
Pacific/Efate\n\
Pacific/Enderbury\n\
Pacific/Fakaofo\n\
Pacific/Fiji\n\
Pacific/Funafuti\n\
Pacific/Galapagos\n\
Pacific/Gambier\n\
Pacific/Guadalcanal\n\
Pacific/Guam\n\
Pacific/Honolulu\n\
Pacific/Johnston\n\
Pacific/Kanton\n\
Pacific/Kiritimati\n\
Pacific/Kosrae\n\
Pacific/Kwajalein\n\
Pacific/Majuro\n\
Pacific/Marquesas\n\
Pacific/Midway\n\
Pacific/Nauru\n\
Pacific/Niue\n\
Pacific/Norfolk\n\
Pacific/Noumea\n\
Pacific/Pago_Pago\n\
Pacific/Palau\n\
Pacific/Pitcairn\n\
Pacific/Pohnpei\n\
Pacific/Ponape\n\
Pacific/Port_Moresby\n\
Pacific/Rarotonga\n\
Pacific/Saipan\n\
Pacific/Samoa\n\
Pacific/Tahiti\n\
Pacific/Tarawa\n\
Pacific/Tongatapu\n\
Pacific/Truk\n\
Pacific/Wake\n\
Pacific/Wallis\n\
Pacific/Yap\n\
Poland\n\
Portugal\n\
ROC\n\
ROK\n\
Singapore\n\
Turkey\n\
UCT\n\
US/Alaska\n\
US/Aleutian\n\
US/Arizona\n\
US/Central\n\
US/East-Indiana\n\
US/Eastern\n\
US/Hawaii\n\
US/Indiana-Starke\n\
US/Michigan\n\
US/Mountain\n\
US/Pacific\n\
US/Samoa\n\
UTC\n\
Universal\n\
W-SU\n\
WET\n\
Zulu\n\
";

/// The place in [`RULES`] of each zone's rule, in the order of the names.
#[rustfmt::skip]
pub(super) const RULE_OF: &[u8] = &[
    27, 27, 36, 51, 36, 36, 27, 51, 27, 27, 31, 51, 31, 35, 27, 52, 27, 27, 36, 36, 51, 27, 27, 31,
    31, 31, 31, 36, 31, 31, 51, 51, 51, 27, 51, 31, 31, 51, 31, 31, 31, 36, 27, 36, 51, 51, 27, 27,
    51, 27, 27, 31, 51, 31, 24, 19, 5, 5, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
    5, 2, 8, 24, 2, 11, 5, 2, 11, 5, 5, 8, 15, 2, 15, 5, 8, 5, 2, 2, 8, 12, 11, 15,
    8, 2, 11, 2, 14, 5, 5, 27, 14, 14, 15, 10, 5, 11, 8, 11, 17, 14, 10, 2, 6, 1, 6, 10,
    5, 5, 11, 8, 5, 6, 9, 14, 10, 12, 10, 10, 12, 10, 10, 10, 10, 11, 10, 8, 2, 19, 10, 10,
    12, 5, 5, 8, 17, 10, 5, 2, 11, 5, 5, 5, 12, 14, 2, 12, 11, 19, 11, 3, 6, 11, 2, 10,
    5, 10, 10, 10, 19, 0, 12, 12, 12, 1, 12, 8, 10, 2, 14, 10, 5, 8, 5, 5, 2, 8, 12, 2,
    11, 12, 8, 2, 17, 2, 7, 5, 2, 1, 15, 19, 5, 4, 5, 5, 5, 5, 11, 11, 6, 10, 17, 10,
    5, 14, 5, 14, 8, 19, 11, 46, 45, 53, 54, 40, 59, 2, 2, 59, 36, 28, 40, 52, 36, 40, 36, 58,
    40, 40, 40, 40, 40, 36, 36, 38, 45, 45, 33, 43, 46, 41, 48, 46, 46, 46, 41, 43, 36, 43, 48, 38,
    40, 34, 30, 46, 30, 45, 46, 45, 46, 36, 45, 48, 32, 39, 58, 40, 43, 42, 42, 48, 41, 45, 46, 46,
    36, 46, 46, 56, 46, 46, 38, 34, 45, 45, 43, 40, 45, 45, 48, 36, 40, 40, 44, 36, 45, 56, 40, 48,
    46, 46, 56, 46, 40, 38, 37, 32, 43, 43, 48, 45, 46, 46, 46, 43, 53, 45, 53, 48, 44, 40, 38, 22,
    6, 29, 21, 29, 29, 52, 29, 27, 0, 27, 2, 54, 50, 53, 50, 54, 54, 49, 47, 54, 55, 53, 55, 54,
    54, 49, 46, 53, 50, 54, 54, 54, 46, 50, 8, 0, 2, 5, 52, 12, 6, 8, 10, 11, 4, 14, 11, 14,
    7, 13, 9, 34, 8, 10, 35, 29, 27, 27, 21, 23, 25, 26, 0, 2, 5, 8, 11, 14, 16, 18, 27, 51,
    53, 56, 58, 61, 62, 31, 36, 38, 40, 43, 45, 46, 48, 27, 27, 27, 27, 27, 27, 52, 52, 38, 34, 29,
    52, 52, 52, 52, 34, 52, 52, 34, 52, 29, 52, 29, 34, 29, 36, 29, 31, 34, 36, 34, 29, 52, 29, 52,
    52, 52, 34, 36, 52, 36, 34, 52, 52, 52, 52, 34, 52, 38, 52, 52, 38, 36, 52, 34, 52, 34, 52, 34,
    38, 34, 52, 52, 52, 34, 36, 52, 52, 34, 52, 29, 29, 27, 27, 27, 27, 27, 23, 46, 27, 36, 43, 45,
    44, 36, 40, 38, 40, 38, 36, 38, 37, 32, 8, 48, 58, 31, 52, 14, 15, 17, 14, 11, 59, 60, 15, 46,
    17, 61, 59, 56, 60, 53, 13, 56, 61, 61, 58, 58, 11, 18, 56, 53, 23, 23, 61, 62, 56, 58, 58, 20,
    25, 58, 25, 57, 56, 25, 48, 16, 56, 56, 53, 23, 53, 25, 23, 58, 61, 53, 58, 58, 53, 52, 29, 46,
    48, 46, 36, 27, 19, 24, 14, 12, 10, 10, 23, 12, 10, 15, 17, 25, 27, 27, 36, 29, 27,
];

/// Every rule once.
#[rustfmt::skip]
pub(super) const RULES: &[Rule] = &[
    Rule { offset_min: -120, regular: true, summer: None },
    Rule { offset_min: -120, regular: true, summer: Some(Summer { offset_min: -60, begins: Change { month: 3, week: 5, weekday: 0, minute: -60 }, ends: Change { month: 10, week: 5, weekday: 0, minute: 0 } }) },
    Rule { offset_min: -180, regular: true, summer: None },
    Rule { offset_min: -180, regular: true, summer: Some(Summer { offset_min: -120, begins: Change { month: 3, week: 2, weekday: 0, minute: 120 }, ends: Change { month: 11, week: 1, weekday: 0, minute: 120 } }) },
    Rule { offset_min: -210, regular: true, summer: Some(Summer { offset_min: -150, begins: Change { month: 3, week: 2, weekday: 0, minute: 120 }, ends: Change { month: 11, week: 1, weekday: 0, minute: 120 } }) },
    Rule { offset_min: -240, regular: true, summer: None },
    Rule { offset_min: -240, regular: true, summer: Some(Summer { offset_min: -180, begins: Change { month: 3, week: 2, weekday: 0, minute: 120 }, ends: Change { month: 11, week: 1, weekday: 0, minute: 120 } }) },
    Rule { offset_min: -240, regular: true, summer: Some(Summer { offset_min: -180, begins: Change { month: 9, week: 1, weekday: 6, minute: 1440 }, ends: Change { month: 4, week: 1, weekday: 6, minute: 1440 } }) },
    Rule { offset_min: -300, regular: true, summer: None },
    Rule { offset_min: -300, regular: true, summer: Some(Summer { offset_min: -240, begins: Change { month: 3, week: 2, weekday: 0, minute: 0 }, ends: Change { month: 11, week: 1, weekday: 0, minute: 60 } }) },
    Rule { offset_min: -300, regular: true, summer: Some(Summer { offset_min: -240, begins: Change { month: 3, week: 2, weekday: 0, minute: 120 }, ends: Change { month: 11, week: 1, weekday: 0, minute: 120 } }) },
    Rule { offset_min: -360, regular: true, summer: None },
    Rule { offset_min: -360, regular: true, summer: Some(Summer { offset_min: -300, begins: Change { month: 3, week: 2, weekday: 0, minute: 120 }, ends: Change { month: 11, week: 1, weekday: 0, minute: 120 } }) },
    Rule { offset_min: -360, regular: true, summer: Some(Summer { offset_min: -300, begins: Change { month: 9, week: 1, weekday: 6, minute: 1320 }, ends: Change { month: 4, week: 1, weekday: 6, minute: 1320 } }) },
    Rule { offset_min: -420, regular: true, summer: None },
    Rule { offset_min: -420, regular: true, summer: Some(Summer { offset_min: -360, begins: Change { month: 3, week: 2, weekday: 0, minute: 120 }, ends: Change { month: 11, week: 1, weekday: 0, minute: 120 } }) },
    Rule { offset_min: -480, regular: true, summer: None },
    Rule { offset_min: -480, regular: true, summer: Some(Summer { offset_min: -420, begins: Change { month: 3, week: 2, weekday: 0, minute: 120 }, ends: Change { month: 11, week: 1, weekday: 0, minute: 120 } }) },
    Rule { offset_min: -540, regular: true, summer: None },
    Rule { offset_min: -540, regular: true, summer: Some(Summer { offset_min: -480, begins: Change { month: 3, week: 2, weekday: 0, minute: 120 }, ends: Change { month: 11, week: 1, weekday: 0, minute: 120 } }) },
    Rule { offset_min: -570, regular: true, summer: None },
    Rule { offset_min: -60, regular: true, summer: None },
    Rule { offset_min: -60, regular: true, summer: Some(Summer { offset_min: 0, begins: Change { month: 3, week: 5, weekday: 0, minute: 0 }, ends: Change { month: 10, week: 5, weekday: 0, minute: 60 } }) },
    Rule { offset_min: -600, regular: true, summer: None },
    Rule { offset_min: -600, regular: true, summer: Some(Summer { offset_min: -540, begins: Change { month: 3, week: 2, weekday: 0, minute: 120 }, ends: Change { month: 11, week: 1, weekday: 0, minute: 120 } }) },
    Rule { offset_min: -660, regular: true, summer: None },
    Rule { offset_min: -720, regular: true, summer: None },
    Rule { offset_min: 0, regular: true, summer: None },
    Rule { offset_min: 0, regular: true, summer: Some(Summer { offset_min: 120, begins: Change { month: 3, week: 5, weekday: 0, minute: 60 }, ends: Change { month: 10, week: 5, weekday: 0, minute: 180 } }) },
    Rule { offset_min: 0, regular: true, summer: Some(Summer { offset_min: 60, begins: Change { month: 3, week: 5, weekday: 0, minute: 60 }, ends: Change { month: 10, week: 5, weekday: 0, minute: 120 } }) },
    Rule { offset_min: 120, regular: false, summer: Some(Summer { offset_min: 180, begins: Change { month: 3, week: 4, weekday: 4, minute: 3000 }, ends: Change { month: 10, week: 4, weekday: 4, minute: 3000 } }) },
    Rule { offset_min: 120, regular: true, summer: None },
    Rule { offset_min: 120, regular: true, summer: Some(Summer { offset_min: 180, begins: Change { month: 3, week: 4, weekday: 4, minute: 1560 }, ends: Change { month: 10, week: 5, weekday: 0, minute: 120 } }) },
    Rule { offset_min: 120, regular: true, summer: Some(Summer { offset_min: 180, begins: Change { month: 3, week: 5, weekday: 0, minute: 0 }, ends: Change { month: 10, week: 5, weekday: 0, minute: 0 } }) },
    Rule { offset_min: 120, regular: true, summer: Some(Summer { offset_min: 180, begins: Change { month: 3, week: 5, weekday: 0, minute: 180 }, ends: Change { month: 10, week: 5, weekday: 0, minute: 240 } }) },
    Rule { offset_min: 120, regular: true, summer: Some(Summer { offset_min: 180, begins: Change { month: 4, week: 5, weekday: 5, minute: 0 }, ends: Change { month: 10, week: 5, weekday: 4, minute: 1440 } }) },
    Rule { offset_min: 180, regular: true, summer: None },
    Rule { offset_min: 210, regular: true, summer: None },
    Rule { offset_min: 240, regular: true, summer: None },
    Rule { offset_min: 270, regular: true, summer: None },
    Rule { offset_min: 300, regular: true, summer: None },
    Rule { offset_min: 330, regular: true, summer: None },
    Rule { offset_min: 345, regular: true, summer: None },
    Rule { offset_min: 360, regular: true, summer: None },
    Rule { offset_min: 390, regular: true, summer: None },
    Rule { offset_min: 420, regular: true, summer: None },
    Rule { offset_min: 480, regular: true, summer: None },
    Rule { offset_min: 525, regular: true, summer: None },
    Rule { offset_min: 540, regular: true, summer: None },
    Rule { offset_min: 570, regular: true, summer: None },
    Rule { offset_min: 570, regular: true, summer: Some(Summer { offset_min: 630, begins: Change { month: 10, week: 1, weekday: 0, minute: 120 }, ends: Change { month: 4, week: 1, weekday: 0, minute: 180 } }) },
    Rule { offset_min: 60, regular: true, summer: None },
    Rule { offset_min: 60, regular: true, summer: Some(Summer { offset_min: 120, begins: Change { month: 3, week: 5, weekday: 0, minute: 120 }, ends: Change { month: 10, week: 5, weekday: 0, minute: 180 } }) },
    Rule { offset_min: 600, regular: true, summer: None },
    Rule { offset_min: 600, regular: true, summer: Some(Summer { offset_min: 660, begins: Change { month: 10, week: 1, weekday: 0, minute: 120 }, ends: Change { month: 4, week: 1, weekday: 0, minute: 180 } }) },
    Rule { offset_min: 630, regular: true, summer: Some(Summer { offset_min: 660, begins: Change { month: 10, week: 1, weekday: 0, minute: 120 }, ends: Change { month: 4, week: 1, weekday: 0, minute: 120 } }) },
    Rule { offset_min: 660, regular: true, summer: None },
    Rule { offset_min: 660, regular: true, summer: Some(Summer { offset_min: 720, begins: Change { month: 10, week: 1, weekday: 0, minute: 120 }, ends: Change { month: 4, week: 1, weekday: 0, minute: 180 } }) },
    Rule { offset_min: 720, regular: true, summer: None },
    Rule { offset_min: 720, regular: true, summer: Some(Summer { offset_min: 780, begins: Change { month: 9, week: 5, weekday: 0, minute: 120 }, ends: Change { month: 4, week: 1, weekday: 0, minute: 180 } }) },
    Rule { offset_min: 765, regular: true, summer: Some(Summer { offset_min: 825, begins: Change { month: 9, week: 5, weekday: 0, minute: 165 }, ends: Change { month: 4, week: 1, weekday: 0, minute: 225 } }) },
    Rule { offset_min: 780, regular: true, summer: None },
    Rule { offset_min: 840, regular: true, summer: None },
];
