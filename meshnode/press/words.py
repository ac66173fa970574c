"""Every word of printed sheets that is not on the pages as well, in five languages.

Invariants: a language is a whole `PressWords`; the type checker finds what is missing. `{}` stands
where a value goes. Readers of other languages get English around texts in their own.
"""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final


@dataclass(frozen=True, slots=True)
class PressWords:
    """The words of one language."""

    language: str
    board: str
    weekdays: tuple[str, ...]
    time: str
    time_unknown: str
    printed: str
    may_be_outdated: str
    how_to_check: str
    page: str
    by: str
    posted: str
    valid_until: str
    number: str
    code: str
    continued: str
    empty: str
    drill: str
    official: str
    correction: str
    note: str
    who_signed: str
    who_signed_why: str
    fonts_missing: str
    join_title: str
    join_how: str
    join_wifi: str
    join_key: str
    join_address: str
    offers: str
    places: str
    calls: str
    meetups: str
    slots: str
    slip_title: str
    slip_for: str
    slip_rest: str

    def heading(self, family: str) -> str:
        """Return what stands above the entries of a family; bulletins need nothing."""
        headings = {
            "offers": self.offers,
            "places": self.places,
            "calls": self.calls,
            "meetups": self.meetups,
            "slots": self.slots,
        }
        return headings.get(family, "")

    def moment(
        self, moment: datetime, zone: tzinfo | None, *, until: datetime | None = None
    ) -> str:
        """Return a moment as people write it: weekday, date and time, all of it said.

        With `until` the time is from then until then, of the day on which it begins.
        """
        local = moment.astimezone(zone)
        end = "" if until is None else f"–{until.astimezone(zone):%H:%M}"
        return self.time.format(
            day=self.weekdays[local.weekday()],
            date=f"{local:%d.%m.%Y}",
            clock=f"{local:%H:%M}{end}",
        )


GERMAN: Final = PressWords(
    language="de",
    board="Aushang: {}",
    weekdays=("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
    time="{day} {date}, {clock} Uhr",
    time_unknown="Zeit unbekannt",
    printed="Gedruckt {when} am Knoten {node}.",
    may_be_outdated="Das Blatt kann überholt sein.",
    how_to_check="Ist das echt? An einem Knoten „meshnode object import“ starten und den Code "
    "neben dem Eintrag scannen: der Knoten prüft die Unterschrift.",
    page="Seite {} von {}",
    by="von {}",
    posted="ausgehängt {}",
    valid_until="gilt bis {}",
    number="Nr. {}",
    code="Code {} von {}",
    continued="(Fortsetzung)",
    empty="Zurzeit hängt hier nichts.",
    drill="ÜBUNG – NICHTS DAVON IST ECHT",
    official="AMTLICH: {source}, {issued}; weitergegeben von {by}",
    correction="RICHTIGSTELLUNG von {by} ({reason})",
    note="Anmerkung von {by}: {reason}",
    who_signed="Wer unterschrieben hat",
    who_signed_why="Nur wenn ein Knoten eine Unterschrift nicht kennt: diese Codes auch scannen.",
    fonts_missing="Diesem Knoten fehlt eine Schrift: ein ? steht für Buchstaben, die er nicht "
    "drucken kann.",
    join_title="Mitmachen: {}",
    join_how="1. Mit diesem WLAN verbinden.  2. Den zweiten Code scannen oder die Adresse "
    "eintippen.",
    join_wifi="WLAN",
    join_key="Passwort",
    join_address="Adresse",
    offers="Angebote und Gesuche",
    places="Orte",
    calls="Hilfeersuchen – nur für die Koordination, nicht aushängen",
    meetups="Treffen",
    slots="Zeitfenster",
    slip_title="Zettel: {}",
    slip_for="Zettel für Leute ohne Telefon. Bitte in Druckbuchstaben. Wer hilft, trägt ihn am "
    "Knoten ein und schreibt die Nummer darauf.",
    slip_rest="Trägt ein, wer hilft:",
)

ENGLISH: Final = PressWords(
    language="en",
    board="Board: {}",
    weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    time="{day} {date}, {clock}",
    time_unknown="time unknown",
    printed="Printed {when} by node {node}.",
    may_be_outdated="This sheet may be outdated.",
    how_to_check="Is this real? On a node, start “meshnode object import” and scan the code beside "
    "the item: the node checks the signature.",
    page="Page {} of {}",
    by="by {}",
    posted="posted {}",
    valid_until="valid until {}",
    number="No. {}",
    code="Code {} of {}",
    continued="(continued)",
    empty="There is nothing on the board right now.",
    drill="DRILL – NONE OF THIS IS REAL",
    official="OFFICIAL: {source}, {issued}; passed on by {by}",
    correction="CORRECTION by {by} ({reason})",
    note="Note by {by}: {reason}",
    who_signed="Who signed this",
    who_signed_why="Only if a node does not know a signature: scan these codes as well.",
    fonts_missing="This node lacks a font: a ? stands for letters that it cannot print.",
    join_title="Join in: {}",
    join_how="1. Connect to this Wi-Fi.  2. Scan the second code, or type the address.",
    join_wifi="Wi-Fi",
    join_key="Password",
    join_address="Address",
    offers="Offers and requests",
    places="Places",
    calls="Calls for help – for coordinators only, not for the board",
    meetups="Meet-ups",
    slots="Slots",
    slip_title="Slips: {}",
    slip_for="Slips for people without a phone. Please write in capitals. Whoever helps enters it "
    "at the node and writes its number on it.",
    slip_rest="Filled in by whoever helps:",
)

TURKISH: Final = PressWords(
    language="tr",
    board="Pano: {}",
    weekdays=("Pzt", "Sal", "Çar", "Per", "Cum", "Cmt", "Paz"),
    time="{day} {date}, {clock}",
    time_unknown="saat bilinmiyor",
    printed="{node} düğümünde basıldı: {when}.",
    may_be_outdated="Bu kâğıt eskimiş olabilir.",
    how_to_check="Bu gerçek mi? Bir düğümde “meshnode object import” başlatın ve yandaki kodu "
    "okutun: düğüm imzayı denetler.",
    page="Sayfa {} / {}",
    by="yazan {}",
    posted="asıldı {}",
    valid_until="şu zamana kadar geçerli: {}",
    number="No. {}",
    code="Kod {} / {}",
    continued="(devamı)",
    empty="Şu anda panoda bir şey yok.",
    drill="TATBİKAT – BUNLARIN HİÇBİRİ GERÇEK DEĞİL",
    official="RESMÎ: {source}, {issued}; ileten {by}",
    correction="DÜZELTME: {by} ({reason})",
    note="Not: {by}: {reason}",
    who_signed="Kim imzaladı",
    who_signed_why="Yalnızca bir düğüm imzayı tanımıyorsa: bu kodları da okutun.",
    fonts_missing="Bu düğümde bir yazı tipi eksik: ? basılamayan harflerin yerine durur.",
    join_title="Katılın: {}",
    join_how="1. Bu Wi-Fi ağına bağlanın.  2. İkinci kodu okutun ya da adresi yazın.",
    join_wifi="Wi-Fi",
    join_key="Parola",
    join_address="Adres",
    offers="Teklifler ve ihtiyaçlar",
    places="Yerler",
    calls="Yardım çağrıları – yalnızca koordinasyon için, asmayın",
    meetups="Buluşmalar",
    slots="Randevular",
    slip_title="Fişler: {}",
    slip_for="Telefonu olmayanlar için fişler. Lütfen büyük harflerle yazın. Yardım eden kişi "
    "düğüme girer ve numarasını üzerine yazar.",
    slip_rest="Yardım eden doldurur:",
)

ARABIC: Final = PressWords(
    language="ar",
    board="لوحة الإعلانات: {}",
    weekdays=("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"),
    time="{day} {date}، {clock}",
    time_unknown="الوقت غير معروف",
    printed="طُبعت {when} في العقدة {node}.",
    may_be_outdated="قد تكون هذه الورقة قديمة.",
    how_to_check="هل هذا صحيح؟ شغّلوا «meshnode object import» في إحدى العقد وامسحوا الرمز بجانب "
    "الإعلان: تتحقق العقدة من التوقيع.",
    page="صفحة {} من {}",
    by="من {}",
    posted="عُلّق {}",
    valid_until="صالح حتى {}",
    number="رقم {}",
    code="رمز {} من {}",
    continued="(تتمة)",
    empty="لا يوجد شيء على اللوحة الآن.",
    drill="تدريب – لا شيء من هذا حقيقي",
    official="رسمي: {source}، {issued}؛ نقله {by}",
    correction="تصحيح من {by} ({reason})",
    note="ملاحظة من {by}: {reason}",
    who_signed="من وقّع",
    who_signed_why="فقط إذا لم تعرف العقدة التوقيع: امسحوا هذه الرموز أيضا.",
    fonts_missing="ينقص هذه العقدة خط: علامة ? مكان الحروف التي لا تستطيع طباعتها.",
    join_title="شاركوا: {}",
    join_how="١. اتصلوا بهذه الشبكة اللاسلكية.  ٢. امسحوا الرمز الثاني أو اكتبوا العنوان.",
    join_wifi="الشبكة",
    join_key="كلمة السر",
    join_address="العنوان",
    offers="عروض وطلبات",
    places="أماكن",
    calls="طلبات المساعدة – للمنسقين فقط، لا تُعلّق",
    meetups="لقاءات",
    slots="مواعيد",
    slip_title="قصاصات: {}",
    slip_for="قصاصات لمن ليس لديهم هاتف. من يساعد يدخلها في العقدة ويكتب رقمها عليها.",
    slip_rest="يملؤه من يساعد:",
)

UKRAINIAN: Final = PressWords(
    language="uk",
    board="Дошка: {}",
    weekdays=("пн", "вт", "ср", "чт", "пт", "сб", "нд"),
    time="{day} {date}, {clock}",
    time_unknown="час невідомий",
    printed="Надруковано {when} на вузлі {node}.",
    may_be_outdated="Аркуш може бути застарілим.",
    how_to_check="Чи це справжнє? Запустіть на вузлі «meshnode object import» і зчитайте код "
    "поруч: вузол перевірить підпис.",
    page="Сторінка {} з {}",
    by="від {}",
    posted="вивішено {}",
    valid_until="дійсне до {}",
    number="№ {}",
    code="Код {} з {}",
    continued="(продовження)",
    empty="Зараз на дошці нічого немає.",
    drill="НАВЧАННЯ – УСЕ ЦЕ НЕ НАСПРАВДІ",
    official="ОФІЦІЙНО: {source}, {issued}; передано: {by}",
    correction="ВИПРАВЛЕННЯ: {by} ({reason})",
    note="Примітка: {by}: {reason}",
    who_signed="Хто підписав",
    who_signed_why="Лише якщо вузол не знає підпису: зчитайте також ці коди.",
    fonts_missing="На цьому вузлі немає шрифту: ? стоїть замість літер, яких він не друкує.",
    join_title="Долучайтеся: {}",
    join_how="1. Під'єднайтеся до цього Wi-Fi.  2. Зчитайте другий код або введіть адресу.",
    join_wifi="Wi-Fi",
    join_key="Пароль",
    join_address="Адреса",
    offers="Пропозиції та потреби",
    places="Місця",
    calls="Прохання про допомогу – лише для координації, не вивішувати",
    meetups="Зустрічі",
    slots="Години",
    slip_title="Аркушики: {}",
    slip_for="Аркушики для тих, хто не має телефону. Пишіть друкованими літерами. Хто допомагає, "
    "вводить на вузлі й записує номер.",
    slip_rest="Заповнює той, хто допомагає:",
)

PRESS_WORDS: Final = {one.language: one for one in (GERMAN, ENGLISH, TURKISH, ARABIC, UKRAINIAN)}


def press_words(language: str) -> PressWords:
    """Return the words for a reader, by the language's tag; English for whom there are none."""
    return PRESS_WORDS.get(language.partition("-")[0], ENGLISH)
