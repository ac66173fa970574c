"""The labels of facts about an entry, on paper and in feeds.

Invariants: every language has every label; readers of others get English.
"""

from typing import Final

LABELS: Final = {
    "offer": {
        "en": "Offer", "de": "Angebot", "tr": "Teklif", "ar": "عرض", "uk": "Пропозиція",
    },
    "request": {
        "en": "Request", "de": "Gesuch", "tr": "İhtiyaç", "ar": "طلب", "uk": "Потреба",
    },
    "place": {"en": "Place", "de": "Ort", "tr": "Yer", "ar": "مكان", "uk": "Місце"},
    "call": {
        "en": "Call for help", "de": "Hilfeersuchen", "tr": "Yardım çağrısı",
        "ar": "طلب مساعدة", "uk": "Прохання про допомогу",
    },
    "urgent": {"en": "Urgent", "de": "Dringend", "tr": "Acil", "ar": "عاجل", "uk": "Терміново"},
    "meetup": {
        "en": "Meet-up", "de": "Treffen", "tr": "Buluşma", "ar": "لقاء", "uk": "Зустріч",
    },
    "slots": {
        "en": "Slots", "de": "Zeitfenster", "tr": "Randevular", "ar": "مواعيد", "uk": "Години",
    },
    "state": {"en": "State", "de": "Stand", "tr": "Durum", "ar": "الحالة", "uk": "Стан"},
    "where": {"en": "Where", "de": "Wo", "tr": "Nerede", "ar": "أين", "uk": "Де"},
    "when": {"en": "When", "de": "Wann", "tr": "Ne zaman", "ar": "متى", "uk": "Коли"},
    "pledge": {"en": "Pledge", "de": "Pfand", "tr": "Rehin", "ar": "رهن", "uk": "Застава"},
    "address": {"en": "Address", "de": "Adresse", "tr": "Adres", "ar": "العنوان", "uk": "Адреса"},
    "hours": {
        "en": "Open", "de": "Geöffnet", "tr": "Açık", "ar": "مفتوح", "uk": "Відчинено",
    },
    "contact": {
        "en": "Contact", "de": "Kontakt", "tr": "İletişim", "ar": "للتواصل", "uk": "Контакт",
    },
    "room": {
        "en": "Room for", "de": "Plätze", "tr": "Kapasite", "ar": "السعة", "uk": "Місць",
    },
    "persons": {
        "en": "People", "de": "Personen", "tr": "Kişi", "ar": "أشخاص", "uk": "Осіб",
    },
    "needs": {"en": "Needs", "de": "Braucht", "tr": "İhtiyaç", "ar": "يحتاج", "uk": "Потрібно"},
    "taken_by": {
        "en": "Taken by", "de": "Übernommen von", "tr": "Üstlenen", "ar": "يتولاه",
        "uk": "Взялися",
    },
    "nobody": {
        "en": "nobody yet", "de": "noch niemand", "tr": "henüz kimse", "ar": "لا أحد بعد",
        "uk": "ще ніхто",
    },
    "booked": {
        "en": "Booked", "de": "Gebucht", "tr": "Ayrıldı", "ar": "محجوز", "uk": "Заброньовано",
    },
    "asked": {
        "en": "Asked for", "de": "Angefragt", "tr": "İstendi", "ar": "مطلوب", "uk": "Запитано",
    },
    "new": {"en": "new", "de": "neu", "tr": "yeni", "ar": "جديد", "uk": "нове"},
    "taken": {
        "en": "taken", "de": "übernommen", "tr": "üstlenildi", "ar": "قيد التنفيذ",
        "uk": "у роботі",
    },
    "closed": {"en": "done", "de": "erledigt", "tr": "bitti", "ar": "انتهى", "uk": "зроблено"},
    "for": {"en": "For", "de": "Für", "tr": "Kimin için", "ar": "من أجل", "uk": "Для"},
    "free": {"en": "Free", "de": "Frei", "tr": "Boş", "ar": "متاح", "uk": "Вільно"},
}  # fmt: skip

NEED_WORDS: Final = {
    "water": {"en": "water", "de": "Wasser", "tr": "su", "ar": "ماء", "uk": "вода"},
    "food": {"en": "food", "de": "Essen", "tr": "yiyecek", "ar": "طعام", "uk": "їжа"},
    "medicine": {"en": "medicine", "de": "Medikamente", "tr": "ilaç", "ar": "دواء", "uk": "ліки"},
    "medical-care": {
        "en": "medical care", "de": "ärztliche Hilfe", "tr": "tıbbi bakım", "ar": "رعاية طبية",
        "uk": "лікар",
    },
    "power": {"en": "power", "de": "Strom", "tr": "elektrik", "ar": "كهرباء", "uk": "струм"},
    "warmth": {"en": "warmth", "de": "Wärme", "tr": "ısınma", "ar": "تدفئة", "uk": "тепло"},
    "transport": {"en": "transport", "de": "Fahrt", "tr": "ulaşım", "ar": "نقل", "uk": "транспорт"},
    "company": {
        "en": "company", "de": "Gesellschaft", "tr": "refakat", "ar": "رفقة", "uk": "товариство",
    },
    "shelter": {
        "en": "shelter", "de": "Unterkunft", "tr": "barınak",
        "ar": "مأوى", "uk": "прихисток",
    },
    "information": {
        "en": "information", "de": "Auskunft", "tr": "bilgi", "ar": "معلومات", "uk": "інформація",
    },
    "child": {"en": "child", "de": "Kind", "tr": "çocuk", "ar": "طفل", "uk": "дитина"},
    "animal": {"en": "animal", "de": "Tier", "tr": "hayvan", "ar": "حيوان", "uk": "тварина"},
}  # fmt: skip
"""What somebody needs, by the word that is typed."""


def need(word: str, tag: str) -> str:
    """Return what somebody needs for the reader of a language; what is not known as it is."""
    forms = NEED_WORDS.get(word, {"en": word})
    return forms.get(tag.partition("-")[0], forms["en"])


def label(word: str, tag: str) -> str:
    """Return a label for the reader of a language, by its tag."""
    forms = LABELS[word]
    return forms.get(tag.partition("-")[0], forms["en"])
