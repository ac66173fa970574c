"""The preset dictionary of text codec 1: phrases of a neighbourhood, written for this project.

Not for: reading. FROZEN: signed objects carry text that was compressed against exactly these
bytes. A better dictionary is a new codec with a constant of its own; a test pins the hash.

Order matters: deflate pays up to two bits less for what stands nearer to the end. So the rarer
phrases come first and the common ones last, English before German in both.
"""

from typing import Final

DICTIONARY_1: Final = """\
The ferry, the tram depot and the underground car park stay shut because of flooding in the
cellar. A grey tabby cat with a white chest and a torn left ear ran away near the allotments on
Thursday. Found on the playground: a black rucksack, a child's bicycle helmet, a purse and a pair
of glasses. Our parrot flew out of the window; it answers to its name and is afraid of dogs.
Reward offered. Lost a silver bracelet, a wedding ring, a hearing aid, car keys with a red ribbon
or a wallet? Looking for somebody who can translate Ukrainian, Arabic, Turkish, Polish, Romanian,
Farsi or French. I can repair bikes, sewing machines, toasters, lamps and radios; bring spare
parts if you have any. To lend: ladder, drill, chainsaw, wheelbarrow, pressure washer, hand cart,
tent, sleeping bags, tarp. We have spare batteries, candles, matches, a camping stove with gas
cartridges, torches and lanterns. Giving away apples, plums, potatoes, onions, carrots, jam, rice,
pasta, tinned soup and baby food. The choir rehearsal, the chess club, the table tennis training
and the yoga class are cancelled. Football match postponed, swimming pool and gym closed, library
opens late, museum free of charge. Repair café, flea market, street party, summer festival,
Christmas market, lantern walk for children. Annual general meeting of the tenants' association:
election of the board, treasurer's report, budget. Home office: six quiet desks with Wi-Fi,
printer and coffee; sign up for a co-working table by noon. Ride sharing: two seats free to the
main station, the airport, the hospital or the shopping centre. The lift in building number seven
is stuck; a wheelchair user on the fourth floor needs carrying. Oxygen concentrators, insulin
fridges and ventilators can be plugged in at the fire station day and night. Dialysis patients are
being picked up by minibus; wait at the entrance with your papers and medication. The pharmacy has
run out of paracetamol, antibiotics, asthma inhalers, bandages and disinfectant. First aid course,
blood pressure checks, vaccination, midwife, dentist and vet on call this weekend. Please look
after small children, pregnant women, people with disabilities and anyone living alone. Carbon
monoxide kills: never use a charcoal grill, gas heater or generator indoors, not even in a garage.
Fallen trees and broken branches block the cycle path; loose roof tiles, scaffolding and power
lines. Sandbags can be filled at the works yard; bring a shovel, boots and gloves, and help carry
them. The river level is rising fast and is expected to peak tomorrow at dawn; move vehicles to
high ground. Smoke from the warehouse fire: close windows and doors, turn off ventilation, stay
inside, tune the radio. Unexploded bomb from the Second World War: the area within five hundred
metres must be evacuated. Boil drinking water for at least three minutes before you use it for
food, teeth or baby bottles. Chemical smell, gas leak, hazardous substance, thunderstorm, hail,
black ice, heavy snow, heatwave. Contaminated, chlorinated, undrinkable, rusty, cloudy; tanker,
standpipe, hydrant, pump, canister, bottle. Fill buckets and the bathtub to flush the toilet, and
save water when you shower, cook or wash up. The bank machine is out of order, card payments are
impossible, please bring cash and small change. The baker bakes over a wood fire; one loaf and
four rolls per household while flour and yeast last. Soup kitchen, food bank, community fridge,
milk for infants, vegetarian meals, halal, gluten free. Camp beds, blankets, pillows, showers,
nappies, clothes, toys and a quiet corner for nursing mothers. Dogs on a lead are welcome; pets
are kept in a separate room; feed and a vet are provided. Rubbish collection, recycling, bulky
waste and glass are delayed; keep bags away from rats. School, kindergarten and nursery closed;
emergency child care for parents who work in care or rescue. Teachers will hand out worksheets;
tutoring in maths and reading every afternoon at the library. Volunteers wanted: drivers, cooks,
interpreters, nurses, electricians, plumbers, radio amateurs. Report to the volunteer desk with
identity card; you will get a vest, a task and a warm drink. Rumour control: it is not true that
the reservoir is poisoned; nobody has confirmed any looting. The police warn of burglars and of
fraudsters who pose as utility workers; do not let strangers in. Missing person: elderly man, aged
eighty, confused, wearing a brown coat and slippers, last seen on foot. Landline telephones are
dead, the mobile network is overloaded; text messages get through more often. The emergency number
does not work; go to the nearest fire station or wave down a patrol car. Messages for relatives
can be left on the notice board or handed to the radio operator. Solar panels on the roof charge a
power bank in about an hour; one device per person, please wait your turn. Diesel for the
generator is running low; who can spare a jerrycan, an extension cable or an adapter? District
heating failed, radiators stay cold, pipes may freeze; drain them and leave taps dripping.
Electricity is rationed: two hours per district, in turn; switch off ovens, washing machines, heat
pumps. A transformer burnt out; engineers from the grid operator expect repairs to take until
midnight. Traffic lights are down at the crossroads, the bridge is closed to lorries, a diversion
is signposted. Buses replace trains; the night bus runs hourly; trams terminate at the harbour;
tickets are not checked. The queue at the citizens' office is short in the morning; draw a ticket
number, the hall holds ninety. The park is crowded, the beer garden half empty, the vaccination
centre busy, the supermarket full.
Grau getigerte Katze mit weißer Brust und eingerissenem linken Ohr seit Donnerstag entlaufen.
Kater zugelaufen, sehr zutraulich, trägt rotes Halsband, nicht gechippt; wer vermisst ihn?
Wellensittich entflogen, Hündin entlaufen, Schildkröte ausgebüxt; sie ist ängstlich, bitte nicht
jagen. Gefunden auf dem Spielplatz: Kinderfahrrad, Schlüsselbund, Geldbörse, Brille, Mütze,
Rucksack, Handy. Verloren: Ehering, Hörgerät, Ausweis, Brieftasche, Kuscheltier, Regenschirm.
Finderlohn garantiert. Zu verleihen: Bohrmaschine, Stichsäge, Leiter, Schubkarre,
Hochdruckreiniger, Bollerwagen, Anhänger, Zelt. Verschenke Äpfel, Pflaumen, Kürbisse, Kartoffeln,
Zwiebeln, Möhren, Marmelade, Umzugskartons und Regale. Suche Babybett, Kindersitz, Rollator,
Krücken, Schulranzen, Kühlschrank, Waschmaschine, Winterjacke. Biete Nachhilfe in Mathe,
Übersetzung aus dem Türkischen, Arabischen, Ukrainischen, Polnischen. Wer kann Fahrräder
reparieren, Rasen mähen, Schnee räumen, Vorhänge nähen oder eine Lampe anschließen? Hausmeister,
Elektriker, Klempner, Schlosser, Tischlerin, Krankenschwester, Dolmetscher, Fahrer, Köche.
Mitfahrgelegenheit zum Hauptbahnhof, zum Flughafen, ins Krankenhaus, zum Einkaufszentrum: zwei
Plätze. Der Kleingartenverein, der Schützenverein, der Sportverein und der Chor laden herzlich ein
zum Sommerfest. Jahreshauptversammlung mit Neuwahl des Vorstands, Kassenbericht und Aussprache;
Gäste sind willkommen. Chorprobe, Training, Schachabend, Seniorencafé, Krabbelgruppe,
Hausaufgabenhilfe und Yoga fallen aus. Flohmarkt, Reparaturcafé, Straßenfest, Laternenumzug,
Weihnachtsmarkt, Adventssingen, Osterfeuer. Fußballspiel verschoben, Hallenbad und Turnhalle
geschlossen, Bücherei öffnet später, Museum kostenlos. Homeoffice: ruhiger Arbeitsplatz mit WLAN,
Drucker und Kaffee; Plätze am Gemeinschaftstisch vormerken. Gemeinsames Mittagessen, vegetarisch
oder halal, gegen Spende; Kuchen und Salate bitte mitbringen. Mieterversammlung wegen Heizkosten
und Schimmel; der Vermieter, die Hausverwaltung und ein Anwalt kommen. Beatmungsgeräte,
Sauerstoffgeräte und Insulin können gekühlt und angeschlossen werden, Tag und Nacht.
Dialysepatienten werden mit dem Kleinbus abgeholt; halten Sie Versichertenkarte und Medikamente
bereit. Rollstuhlfahrerin im vierten Stock sitzt fest, Aufzug steckt, Tragehilfe mit vier Personen
benötigt. Blutdruck messen, Verbandswechsel, Impfung, Hebamme, Zahnarzt, Tierarzt und Seelsorge
vor Ort. Fiebersaft, Schmerzmittel, Antibiotika, Asthmaspray, Windeln und Babynahrung sind knapp
oder ausverkauft. Lebensgefahr durch Kohlenmonoxid: niemals Holzkohlegrill, Gasofen oder
Stromerzeuger in der Wohnung. Umgestürzte Bäume und herabfallende Äste, lose Dachziegel,
abgerissene Oberleitung: Abstand halten! Sandsäcke werden am Bauhof gefüllt; Schaufeln,
Gummistiefel und Handschuhe mitbringen, viele Hände helfen. Der Pegel steigt weiter, der Scheitel
wird morgen früh erwartet; Autos aus der Tiefgarage fahren. Rauchwolke nach Großbrand in
Lagerhalle: Fenster und Türen schließen, Lüftung und Klimaanlage ausschalten. Bombenentschärfung:
Alle Häuser im Umkreis von fünfhundert Metern müssen geräumt werden, Busse stehen bereit.
Gasgeruch gemeldet: kein Licht anmachen, nicht klingeln, keine offene Flamme, Haus verlassen,
Feuerwehr rufen. Unwetter: Gewitter, Sturmböen, Orkan, Hagel, Starkregen, Glatteis, Schneefall,
Hitzewelle, Hochwasser. Das Leitungswasser ist trüb, rostig oder verkeimt und muss drei Minuten
sprudelnd abgekocht werden. Tankwagen, Standrohr, Handpumpe, Zisterne, Kanister, Eimer, Badewanne,
Toilettenspülung, Trinkwassertank. Geldautomaten außer Betrieb, Kartenzahlung unmöglich, bitte
Bargeld und möglichst Kleingeld mitbringen. Der Bäcker backt im Holzofen: ein Brot und vier
Brötchen pro Haushalt, solange Mehl und Hefe reichen. Suppenküche, Tafel, Lebensmittelausgabe,
Konserven, Nudeln, Reis, Milchpulver, Haferflocken, Zwieback. Feldbetten, Decken, Kissen, Duschen,
Kleidung, Spielzeug und ein Stillzimmer sind vorhanden. Hunde an der Leine erlaubt, Haustiere in
eigenem Raum, Futter mitbringen, Transportbox wäre gut. Müllabfuhr, Gelbe Tonne, Altpapier und
Sperrmüll verspätet; Säcke nicht an die Straße stellen. Schulen und Kitas bleiben zu; Notbetreuung
für Eltern, die in Pflege, Rettung oder Versorgung arbeiten. Freiwillige melden sich mit Ausweis
an der Helferstelle und erhalten Weste, Aufgabe und etwas Warmes. Gerücht: Es stimmt nicht, dass
das Trinkwasser vergiftet ist; Plünderungen sind nicht bestätigt. Die Polizei warnt vor
Einbrechern und Betrügern, die sich als Mitarbeiter der Stadtwerke ausgeben. Vermisst wird ein
verwirrter älterer Herr, etwa achtzig, braune Jacke, Hausschuhe, zuletzt gesehen am Kiosk.
Festnetz tot, Mobilfunknetz überlastet; SMS kommt eher durch als ein Anruf, Akku sparen, kurz
fassen. Der Notruf ist gestört; im Notfall zur nächsten Feuerwache gehen oder einen Streifenwagen
anhalten. Nachrichten an Angehörige können am schwarzen Brett hinterlassen oder dem Funker
übergeben werden. Handys laden an der Solaranlage: ein Gerät je Person, Ladekabel und Powerbank
selbst mitbringen, Nummer ziehen. Diesel für das Notstromaggregat geht zur Neige; wer hat einen
Kanister, Verlängerungskabel, Kabeltrommel? Fernwärme ausgefallen, Heizkörper kalt, Rohre können
einfrieren; Hähne leicht tropfen lassen. Rollierende Abschaltung: zwei Stunden je Bezirk; Herd,
Trockner und Wärmepumpe vorher ausschalten. Ein Trafo ist durchgebrannt; die Techniker des
Netzbetreibers rechnen mit der Reparatur bis Mitternacht. Ampeln ausgefallen an der Kreuzung,
Brücke für Lastwagen gesperrt, Umleitung ausgeschildert, Tempo dreißig. Schienenersatzverkehr,
Nachtbus stündlich, Stadtbahn endet am Hafen, Fahrkarten werden nicht kontrolliert. Die
Warteschlange am Bürgerbüro ist vormittags kurz; Wartenummer ziehen, der Saal fasst neunzig
Personen. Im Park ist es voll, im Freibad sehr voll, im Impfzentrum ruhig, im Supermarkt mäßig,
noch Plätze frei. Streusalz, Kerzen, Streichhölzer, Taschenlampen, Batterien, Gaskocher,
Kartuschen, Thermoskannen.
I have been thinking about what they could have done, because there were always some others
around. She told us that he would probably never come back again, although it might still be
possible. We don't know yet how long it will take, but we'll let you know as soon as we hear
anything new. If you can't get out of bed, or if somebody near you needs help, hang a white cloth
in the window. Which of these things does your family really need right now? Does anyone still
have one to spare? Has anybody seen our cat? She is shy, black and white, and has been missing
since last night. Does anyone have a spare key, a car battery charger or a good recipe? I'd be
happy to pay for it. I'm looking for someone who could walk my dog while I am in hospital next
week, just twice a day. My neighbour on the third floor is ill and can no longer carry her
shopping up the stairs. Thank you so much to everyone who helped us yesterday; that was really
great, and see you soon! Please be careful, keep calm, stay at home, avoid the area and follow the
instructions of the police. Please check on your elderly neighbours, knock on their doors and
offer to bring them water and food. Please do not call the emergency number unless someone is in
danger. Please pass this on to others. Please return borrowed tools clean by Sunday evening; ask
for Mrs Miller at the front desk upstairs. The road between the church and the old town hall is
closed in both directions until further notice. The doctor's surgery on Church Street is open only
in the morning; repeat prescriptions by phone. The pharmacy opposite the market square is open
until ten tonight and has enough insulin and bandages. The supermarket on Station Road takes cash
only; bread, eggs, milk, butter and cheese are limited. The emergency information point at the
primary school is staffed around the clock, also at weekends. The community centre has a warm room
with hot tea, soup and blankets, open every day from 8 am to 8 pm. The internet and the phone
network are down across the whole district; no time for repair is known yet. The power will be
switched off between 9 am and 3 pm for urgent work; expect short interruptions. Power is back on
in the streets north of the railway line; the rest should follow by late afternoon. Power cut in
the whole district since 6:30 this morning; it is expected to last for several hours. No running
water in the houses on Mill Lane because of a burst main; the water works are repairing it. Tap
water is safe to drink again; let it run for five minutes. Drinking water is handed out for free.
Water is available at the hand pump in the park; bring your own clean bottles and containers. Free
Wi-Fi and charging for mobile phones in the library entrance, please bring your own cable. Severe
weather warning: storms with heavy rain and strong winds tonight, gusts of up to 110 km/h.
Evacuation: leave the building now, take warm clothes, papers and medicines, do not use the lift.
Meeting point for everyone without transport is the car park behind the sports hall at 5:30 pm.
All clear: the danger is over, people may return to their homes. Windows can be opened again.
Buses on line 42 are not running today; the next one leaves at 12:15 from the stop near the
bakery. Who can help? We need two strong people with a van for about an hour on Saturday morning
at 10:00. Who can give an older couple a lift to the clinic on Friday at 2 pm and back home
afterwards? Who could watch our two children, aged three and six, on Tuesday from 7 to 11? Many
thanks! I can lend you a drill, a long ladder and a trolley; just ring the bell at number 14,
ground floor. I can offer a room with a sofa bed for one or two nights, and there is a place for a
small dog too. Everyone is welcome, there is no need to book, admission is free, children must be
with an adult. The next meeting is on Wednesday at 7 pm in the club house; we will talk about the
new playground. Opening hours: Monday to Friday 9 am to 5 pm, Tuesday and Thursday until 6 pm,
closed on Sunday. January, February, March, April, May, June, July, August, September, October,
November, December. For questions contact the coordinator. More news tomorrow at noon, the next
update is at 4 pm.
Ich weiß noch nicht, ob wir das schaffen, aber wir würden uns sehr freuen, wenn jemand mithelfen
könnte. Sie hat gesagt, dass er wahrscheinlich erst übermorgen zurückkommt, obwohl es eigentlich
anders geplant war. Man sollte darauf achten, dass niemand allein bleibt und dass auch ältere
Menschen davon erfahren. Welche dieser Sachen werden wirklich gebraucht? Hat noch jemand so etwas
übrig oder weiß, woher man es bekommt? Hat jemand unsere Katze gesehen? Sie ist schwarz-weiß,
scheu und wird seit gestern Abend vermisst. Hat jemand einen Schlüssel, ein Ladegerät oder einen
Akkuschrauber, den ich mir kurz ausleihen dürfte? Ich suche jemanden, der nächste Woche zweimal am
Tag mit meinem Hund rausgeht, weil ich im Krankenhaus bin. Ich kann eine Bohrmaschine, eine lange
Leiter und eine Sackkarre verleihen, einfach bei Nummer 14 klingeln. Ich biete ein Zimmer mit
Schlafsofa für ein bis zwei Nächte an, auch ein kleiner Hund wäre kein Problem. Meine Nachbarin im
dritten Stock ist krank und kann ihre Einkäufe nicht mehr die Treppe hochtragen. Unser Treffen
findet wie immer am ersten Mittwoch im Monat um 19 Uhr im Vereinsheim statt. Vielen Dank an alle,
die gestern geholfen haben, das war wirklich großartig! Bis bald, eure Nachbarn. Wer kann helfen?
Wir brauchen am Samstag gegen 10 Uhr zwei kräftige Leute mit Transporter für etwa eine Stunde. Wer
kann am Freitag um 14 Uhr ein älteres Ehepaar zum Arzt fahren und danach wieder nach Hause
bringen? Wer kann Dienstag von 7 bis 11 Uhr auf unsere beiden Kinder (3 und 6 Jahre) aufpassen?
Herzlichen Dank! Wer kein Auto hat, wird um 17:30 Uhr am Sammelpunkt auf dem Parkplatz hinter der
Sporthalle abgeholt. Wer Hilfe braucht und nicht mehr telefonieren kann, hängt ein weißes Tuch ins
Fenster. Bitte sehen Sie nach älteren und alleinstehenden Nachbarn, klopfen Sie an und bringen Sie
ihnen Wasser. Bitte bleiben Sie zu Hause, meiden Sie den Bereich und folgen Sie den Anweisungen
der Einsatzkräfte. Bitte bringen Sie eigene Becher, saubere Flaschen und Behälter mit. Bitte sagen
Sie es weiter. Bitte Ruhe bewahren, Radio einschalten und den Notruf 112 nur wählen, wenn Menschen
in Gefahr sind. Bitte geliehenes Werkzeug bis Sonntagabend sauber zurückbringen, Abgabe bei Frau
Schneider im Büro. Bitte meldet euch bei Herrn Yilmaz im Erdgeschoss oder schreibt uns hier eine
Nachricht. Die Straße zwischen Kirche und altem Rathaus ist in beiden Richtungen voll gesperrt.
Die Arztpraxis in der Kirchstraße hat nur vormittags Sprechstunde, Rezepte werden weiterhin
ausgestellt. Die Apotheke gegenüber vom Marktplatz hat Notdienst bis 22 Uhr und noch genug Insulin
und Verbandszeug. Die Notfall-Infostelle in der Grundschule ist rund um die Uhr besetzt, auch am
Wochenende und an Feiertagen. Der Supermarkt an der Bahnhofstraße nimmt nur Bargeld; Brot, Eier,
Milch, Butter und Käse sind begrenzt. Der Aufzug ist defekt, der Monteur kommt erst am Nachmittag;
wer schlecht zu Fuß ist, bekommt Hilfe. Der Bus der Linie 42 fährt heute nicht, der nächste kommt
um 12:15 Uhr an der Haltestelle Nordmarkt. Das Gemeindehaus ist als Wärmestube geöffnet, es gibt
heißen Tee, warme Suppe und Decken. Das Handynetz und das Internet sind im ganzen Stadtteil
ausgefallen, eine Dauer ist nicht bekannt. Kostenloses WLAN und Lademöglichkeit für Handys im
Foyer der Stadtbibliothek, auch abends. Stromausfall im gesamten Quartier seit 6:30 Uhr,
voraussichtlich noch mehrere Stunden. Der Strom wird wegen dringender Arbeiten zwischen 9 und 15
Uhr abgeschaltet, mit Ausfällen ist zu rechnen. Der Strom ist in den Straßen nördlich der
Bahnlinie wieder da, der Rest folgt im Laufe des Nachmittags. Wegen eines Rohrbruchs haben die
Häuser in der Mühlenstraße derzeit kein fließendes Wasser. Trinkwasser wird kostenlos ausgegeben,
höchstens zehn Liter pro Person und Tag, solange der Vorrat reicht. Das Wasser aus der Leitung
kann wieder ohne Abkochen getrunken werden, vorher fünf Minuten laufen lassen. Unwetterwarnung:
Sturm mit Starkregen in der Nacht, Böen bis 110 km/h, lose Gegenstände sichern. Evakuierung:
Verlassen Sie sofort das Gebäude, nehmen Sie warme Kleidung, Ausweise und Medikamente mit.
Entwarnung: Die Gefahr ist vorbei, alle können in ihre Wohnungen zurückkehren und die Fenster
öffnen. Kinderbetreuung im Familienzentrum, auch für Kinder unter drei Jahren, Anmeldung nicht
erforderlich. Alle sind eingeladen, der Eintritt ist frei, Kinder nur in Begleitung. Wir freuen
uns auf euch! Januar, Februar, März, April, Mai, Juni, Juli, August, September, Oktober, November,
Dezember. Öffnungszeiten: Montag bis Freitag von 9 bis 17 Uhr, Dienstag und Donnerstag bis 18 Uhr,
Samstag 10 bis 13 Uhr. Bei Fragen wenden Sie sich an die Koordination. Nächste Aktualisierung
morgen früh gegen 8 Uhr. Treffpunkt ist heute um 16 Uhr vor dem Eingang. Der Termin am Montag ist
bis auf Weiteres abgesagt.
""".replace("\n", " ").encode()
"""UTF-8, a space for every line end; below 32,506 bytes, the farthest that zlib reaches back."""
