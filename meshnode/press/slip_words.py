"""The words of blank slips, by language.

Invariants: every language has every word; readers of others get English. Words that are typed at
the node (sorts, needs) are keyed by what is typed.
"""

from typing import Final

from meshnode.api.entry_words import NEED_WORDS

SLIP_WORDS: Final = {
    "offer": {
        "en": "I offer", "de": "Ich biete an", "tr": "Sunuyorum", "ar": "أعرض", "uk": "Пропоную",
    },
    "request": {
        "en": "I need", "de": "Ich brauche", "tr": "İhtiyacım var", "ar": "أحتاج",
        "uk": "Мені потрібно",
    },
    "ok": {
        "en": "I am OK", "de": "Mir geht es gut", "tr": "İyiyim", "ar": "أنا بخير",
        "uk": "Зі мною все гаразд",
    },
    "help": {
        "en": "I need help", "de": "Ich brauche Hilfe", "tr": "Yardıma ihtiyacım var",
        "ar": "أحتاج إلى مساعدة", "uk": "Мені потрібна допомога",
    },
    "booking": {
        "en": "I want to come", "de": "Ich möchte kommen", "tr": "Gelmek istiyorum",
        "ar": "أريد الحضور", "uk": "Хочу прийти",
    },
    "name": {
        "en": "Name (everybody can read it)", "de": "Name (alle können ihn lesen)",
        "tr": "Ad (herkes okuyabilir)", "ar": "الاسم (يمكن للجميع قراءته)",
        "uk": "Ім'я (бачать усі)",
    },
    "what": {"en": "What", "de": "Was", "tr": "Ne", "ar": "ماذا", "uk": "Що"},
    "sort": {"en": "Sort", "de": "Art", "tr": "Tür", "ar": "النوع", "uk": "Вид"},
    "quantity": {
        "en": "How many", "de": "Wie viel", "tr": "Ne kadar", "ar": "الكمية", "uk": "Скільки",
    },
    "place": {"en": "Where", "de": "Wo", "tr": "Nerede", "ar": "أين", "uk": "Де"},
    "from": {"en": "From when", "de": "Ab wann", "tr": "Ne zamandan", "ar": "من", "uk": "Відколи"},
    "to": {
        "en": "Until when", "de": "Bis wann", "tr": "Ne zamana kadar",
        "ar": "إلى", "uk": "Доки",
    },
    "persons": {
        "en": "How many people", "de": "Wie viele Personen", "tr": "Kaç kişi", "ar": "عدد الأشخاص",
        "uk": "Скільки осіб",
    },
    "needs": {
        "en": "Needed", "de": "Gebraucht", "tr": "Gereken",
        "ar": "المطلوب", "uk": "Потрібно",
    },
    "text": {
        "en": "What else to say", "de": "Was noch zu sagen ist", "tr": "Başka ne var",
        "ar": "ما يقال أيضا", "uk": "Що ще",
    },
    "urgent": {
        "en": "It cannot wait", "de": "Es eilt sehr", "tr": "Çok acil", "ar": "لا يحتمل التأخير",
        "uk": "Дуже терміново",
    },
    "slot": {
        "en": "Which day and time", "de": "Welcher Tag, welche Uhrzeit", "tr": "Hangi gün, saat",
        "ar": "أي يوم وساعة", "uk": "День і година",
    },
    "emergency": {
        "en": "This is no emergency call. In danger: 112.",
        "de": "Das ist kein Notruf. In Gefahr: 112.",
        "tr": "Bu acil çağrı değildir. Tehlikede: 112.",
        "ar": "هذا ليس نداء طوارئ. في الخطر: 112.",
        "uk": "Це не екстрений виклик. У небезпеці: 112.",
    },
    "goods": {"en": "goods", "de": "Sachen", "tr": "eşya", "ar": "أشياء", "uk": "речі"},
    "service": {"en": "help", "de": "Hilfe", "tr": "yardım", "ar": "مساعدة", "uk": "допомога"},
    "ride": {"en": "ride", "de": "Fahrt", "tr": "araçla götürme", "ar": "توصيلة", "uk": "поїздка"},
    "room": {"en": "room", "de": "Raum", "tr": "oda", "ar": "غرفة", "uk": "кімната"},
    "lending": {
        "en": "to lend", "de": "zum Leihen", "tr": "ödünç",
        "ar": "إعارة", "uk": "у позику",
    },
    "other": {"en": "other", "de": "anderes", "tr": "başka", "ar": "غير ذلك", "uk": "інше"},
    **NEED_WORDS,
}  # fmt: skip


def slip_word(word: str, language: str) -> str:
    """Return a word for the reader of a language, by its tag."""
    forms = SLIP_WORDS[word]
    return forms.get(language.partition("-")[0], forms["en"])
