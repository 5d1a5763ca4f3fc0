"""Twelve categories of goods for made-up offers: forms, finishes and sizes, in three languages."""

from __future__ import annotations

from dataclasses import dataclass

Words = tuple[str, str, str]  # English, Russian, Ukrainian


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Goods of a CPV category. ``finish`` names an attribute with the ``finishes`` as its choices,
    ``size`` one that is a number in ``unit`` (UN/ECE Rec 20) with the ``sizes``; ``prices`` are
    the lowest and the highest of one, in euro."""

    category: str
    code: str
    forms: tuple[Words, ...]
    finish: tuple[str, Words]
    finishes: tuple[tuple[str, Words], ...]
    size: tuple[str, Words]
    unit: str
    symbols: Words
    sizes: tuple[str, ...]
    prices: tuple[str, str]


_MM = ("mm", "мм", "мм")
_COATING = ("coating", ("Coating", "Покрытие", "Покриття"))
_MATERIAL = ("material", ("Material", "Материал", "Матеріал"))
_COLOUR = ("colour", ("Colour", "Цвет", "Колір"))
_COATINGS = (
    ("zinc", ("zinc-plated", "оцинкованный", "оцинкований")),
    ("hot_dip", ("hot-dip galvanised", "горячее цинкование", "гаряче цинкування")),
    ("stainless", ("stainless steel", "нержавеющая сталь", "нержавна сталь")),
    ("plain", ("plain", "без покрытия", "без покриття")),
)
_COLOURS = (
    ("white", ("white", "белый", "білий")),
    ("black", ("black", "чёрный", "чорний")),
    ("blue", ("blue", "синий", "синій")),
    ("yellow", ("yellow", "жёлтый", "жовтий")),
)
_METALS = (
    ("brass", ("brass", "латунь", "латунь")),
    ("steel", ("steel", "сталь", "сталь")),
    ("bronze", ("bronze", "бронза", "бронза")),
    ("plastic", ("plastic", "пластик", "пластик")),
)

KINDS = (
    Kind(
        category="44531400-5", code="BT",
        forms=(("Hexagon bolt", "Болт шестигранный", "Болт шестигранний"),
               ("Carriage bolt", "Болт мебельный", "Болт меблевий"),
               ("Anchor bolt", "Болт анкерный", "Болт анкерний")),
        finish=_COATING, finishes=_COATINGS,
        size=("length", ("Length", "Длина", "Довжина")), unit="MMT", symbols=_MM,
        sizes=("16", "20", "30", "40", "50", "60", "80", "100", "120", "160"),
        prices=("0.08", "4.20"),
    ),
    Kind(
        category="31321210-7", code="CB",
        forms=(("Power cable", "Кабель силовой", "Кабель силовий"),
               ("Control cable", "Кабель контрольный", "Кабель контрольний"),
               ("Flexible cable", "Кабель гибкий", "Кабель гнучкий")),
        finish=_COLOUR, finishes=_COLOURS,
        size=("section", ("Cross-section", "Сечение", "Переріз")), unit="MMK",
        symbols=("mm²", "мм²", "мм²"),
        sizes=("0.75", "1.5", "2.5", "4", "6", "10", "16", "25", "35"), prices=("0.60", "28"),
    ),
    Kind(
        category="44163000-0", code="PF",
        forms=(("Pipe elbow", "Отвод трубный", "Відвід трубний"),
               ("Pipe coupling", "Муфта трубная", "Муфта трубна"),
               ("Pipe flange", "Фланец трубный", "Фланець трубний")),
        finish=_MATERIAL, finishes=_METALS,
        size=("bore", ("Bore", "Условный проход", "Умовний прохід")), unit="MMT", symbols=_MM,
        sizes=("15", "20", "25", "32", "40", "50", "80", "100", "150"), prices=("1.20", "95"),
    ),
    Kind(
        category="42122130-0", code="WP",
        forms=(("Submersible water pump", "Насос водяной погружной", "Насос водяний заглибний"),
               ("Circulation pump", "Насос циркуляционный", "Насос циркуляційний"),
               ("Drainage pump", "Насос дренажный", "Насос дренажний")),
        finish=_MATERIAL, finishes=_METALS,
        size=("power", ("Power", "Мощность", "Потужність")), unit="KWT",
        symbols=("kW", "кВт", "кВт"),
        sizes=("0.25", "0.37", "0.55", "0.75", "1.1", "1.5", "2.2", "4"), prices=("85", "2400"),
    ),
    Kind(
        category="18141000-9", code="GL",
        forms=(("Work gloves", "Перчатки рабочие", "Рукавиці робочі"),
               ("Welding gloves", "Перчатки сварщика", "Рукавиці зварника"),
               ("Cut-resistant gloves", "Перчатки порезостойкие", "Рукавиці порізостійкі")),
        finish=_COLOUR, finishes=_COLOURS,
        size=("cuff", ("Cuff", "Манжета", "Манжета")), unit="MMT", symbols=_MM,
        sizes=("60", "80", "100", "150", "250", "350"), prices=("0.90", "24"),
    ),
    Kind(
        category="30192700-8", code="ST",
        forms=(("Ring binder", "Папка-регистратор", "Папка-реєстратор"),
               ("Ballpoint pens", "Ручки шариковые", "Ручки кулькові"),
               ("Markers", "Маркеры", "Маркери")),
        finish=_COLOUR, finishes=_COLOURS,
        size=("width", ("Width", "Ширина", "Ширина")), unit="MMT", symbols=_MM,
        sizes=("5", "10", "25", "50", "75", "80"), prices=("0.30", "9"),
    ),
    Kind(
        category="39831200-8", code="DT",
        forms=(("Floor detergent", "Средство для мытья полов", "Засіб для миття підлоги"),
               ("Dish detergent", "Средство для мытья посуды", "Засіб для миття посуду"),
               ("Laundry detergent", "Средство для стирки", "Засіб для прання")),
        finish=("scent", ("Scent", "Аромат", "Аромат")),
        finishes=(("lemon", ("lemon", "лимон", "лимон")), ("pine", ("pine", "хвоя", "хвоя")),
                  ("none", ("unscented", "без запаха", "без запаху"))),
        size=("volume", ("Volume", "Объём", "Об’єм")), unit="LTR", symbols=("l", "л", "л"),
        sizes=("0.5", "1", "5", "10", "20"), prices=("1.10", "48"),
    ),
    Kind(
        category="31531000-7", code="LB",
        forms=(("LED bulb", "Лампа светодиодная", "Лампа світлодіодна"),
               ("LED tube", "Трубка светодиодная", "Трубка світлодіодна"),
               ("Halogen bulb", "Лампа галогенная", "Лампа галогенна")),
        finish=("tone", ("Light", "Свет", "Світло")),
        finishes=(("warm", ("warm white", "тёплый белый", "теплий білий")),
                  ("neutral", ("neutral white", "нейтральный белый", "нейтральний білий")),
                  ("cold", ("cold white", "холодный белый", "холодний білий"))),
        size=("power", ("Power", "Мощность", "Потужність")), unit="WTT", symbols=("W", "Вт", "Вт"),
        sizes=("3", "5", "7", "9", "12", "18", "24", "36"), prices=("0.80", "19"),
    ),
    Kind(
        category="44511000-5", code="HT",
        forms=(("Combination spanner", "Ключ комбинированный", "Ключ комбінований"),
               ("Screwdriver", "Отвёртка", "Викрутка"),
               ("Claw hammer", "Молоток-гвоздодёр", "Молоток-цвяходер")),
        finish=("handle", ("Handle", "Рукоятка", "Руків’я")),
        finishes=(("rubber", ("rubber handle", "резиновая рукоятка", "гумове руків’я")),
                  ("wood", ("wooden handle", "деревянная рукоятка", "дерев’яне руків’я")),
                  ("steel", ("steel handle", "стальная рукоятка", "сталеве руків’я"))),
        size=("length", ("Length", "Длина", "Довжина")), unit="MMT", symbols=_MM,
        sizes=("100", "150", "200", "250", "300", "350"), prices=("2.40", "62"),
    ),
    Kind(
        category="24951000-5", code="LU",
        forms=(("Bearing grease", "Смазка для подшипников", "Мастило для підшипників"),
               ("Hydraulic oil", "Масло гидравлическое", "Олива гідравлічна"),
               ("Gear oil", "Масло трансмиссионное", "Олива трансмісійна")),
        finish=("base", ("Base", "Основа", "Основа")),
        finishes=(("mineral", ("mineral", "минеральное", "мінеральна")),
                  ("synthetic", ("synthetic", "синтетическое", "синтетична"))),
        size=("volume", ("Volume", "Объём", "Об’єм")), unit="LTR", symbols=("l", "л", "л"),
        sizes=("0.4", "1", "5", "20", "60", "200"), prices=("4.50", "780"),
    ),
    Kind(
        category="42131000-6", code="VA",
        forms=(("Ball valve", "Кран шаровой", "Кран кульовий"),
               ("Check valve", "Клапан обратный", "Клапан зворотний"),
               ("Gate valve", "Задвижка", "Засувка")),
        finish=_MATERIAL, finishes=_METALS,
        size=("bore", ("Bore", "Условный проход", "Умовний прохід")), unit="MMT", symbols=_MM,
        sizes=("15", "20", "25", "32", "40", "50", "80", "100"), prices=("3.10", "420"),
    ),
    Kind(
        category="31224100-3", code="PS",
        forms=(("Wall socket", "Розетка настенная", "Розетка настінна"),
               ("Industrial plug", "Вилка промышленная", "Вилка промислова"),
               ("Extension socket", "Колодка удлинителя", "Колодка подовжувача")),
        finish=_COLOUR, finishes=_COLOURS,
        size=("current", ("Rated current", "Номинальный ток", "Номінальний струм")), unit="AMP",
        symbols=("A", "А", "А"), sizes=("6", "10", "16", "32", "63", "125"), prices=("1.40", "75"),
    ),
)  # fmt: skip
