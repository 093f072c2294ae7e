"""The names of months, days, halves of the day and eras in the languages that date formats are read in.

The facts are Unicode's (CLDR, as OpenJDK shows them). Each language has six lines: months, short months,
days, short days, halves of the day, eras; days begin with Sunday. A region has the lines that differ from
those of its language, numbered.
"""

LANGUAGES = {
    "en": """
January,February,March,April,May,June,July,August,September,October,November,December
Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec
Sunday,Monday,Tuesday,Wednesday,Thursday,Friday,Saturday
Sun,Mon,Tue,Wed,Thu,Fri,Sat
AM,PM
BC,AD
""",
    "fr": """
janvier,février,mars,avril,mai,juin,juillet,août,septembre,octobre,novembre,décembre
janv.,févr.,mars,avr.,mai,juin,juil.,août,sept.,oct.,nov.,déc.
dimanche,lundi,mardi,mercredi,jeudi,vendredi,samedi
dim.,lun.,mar.,mer.,jeu.,ven.,sam.
AM,PM
av. J.-C.,ap. J.-C.
""",
    "de": """
Januar,Februar,März,April,Mai,Juni,Juli,August,September,Oktober,November,Dezember
Jan.,Feb.,März,Apr.,Mai,Juni,Juli,Aug.,Sept.,Okt.,Nov.,Dez.
Sonntag,Montag,Dienstag,Mittwoch,Donnerstag,Freitag,Samstag
So.,Mo.,Di.,Mi.,Do.,Fr.,Sa.
AM,PM
v. Chr.,n. Chr.
""",
    "es": """
enero,febrero,marzo,abril,mayo,junio,julio,agosto,septiembre,octubre,noviembre,diciembre
ene,feb,mar,abr,may,jun,jul,ago,sept,oct,nov,dic
domingo,lunes,martes,miércoles,jueves,viernes,sábado
dom,lun,mar,mié,jue,vie,sáb
a.\xa0m.,p.\xa0m.
a. C.,d. C.
""",
    "it": """
gennaio,febbraio,marzo,aprile,maggio,giugno,luglio,agosto,settembre,ottobre,novembre,dicembre
gen,feb,mar,apr,mag,giu,lug,ago,set,ott,nov,dic
domenica,lunedì,martedì,mercoledì,giovedì,venerdì,sabato
dom,lun,mar,mer,gio,ven,sab
AM,PM
a.C.,d.C.
""",
    "pt": """
janeiro,fevereiro,março,abril,maio,junho,julho,agosto,setembro,outubro,novembro,dezembro
jan.,fev.,mar.,abr.,mai.,jun.,jul.,ago.,set.,out.,nov.,dez.
domingo,segunda-feira,terça-feira,quarta-feira,quinta-feira,sexta-feira,sábado
dom.,seg.,ter.,qua.,qui.,sex.,sáb.
AM,PM
a.C.,d.C.
""",
    "nl": """
januari,februari,maart,april,mei,juni,juli,augustus,september,oktober,november,december
jan.,feb.,mrt.,apr.,mei,jun.,jul.,aug.,sep.,okt.,nov.,dec.
zondag,maandag,dinsdag,woensdag,donderdag,vrijdag,zaterdag
zo,ma,di,wo,do,vr,za
a.m.,p.m.
v.Chr.,n.Chr.
""",
    "ja": """
1月,2月,3月,4月,5月,6月,7月,8月,9月,10月,11月,12月
1月,2月,3月,4月,5月,6月,7月,8月,9月,10月,11月,12月
日曜日,月曜日,火曜日,水曜日,木曜日,金曜日,土曜日
日,月,火,水,木,金,土
午前,午後
紀元前,西暦
""",
    "zh": """
一月,二月,三月,四月,五月,六月,七月,八月,九月,十月,十一月,十二月
1月,2月,3月,4月,5月,6月,7月,8月,9月,10月,11月,12月
星期日,星期一,星期二,星期三,星期四,星期五,星期六
周日,周一,周二,周三,周四,周五,周六
上午,下午
公元前,公元
""",
    "ko": """
1월,2월,3월,4월,5월,6월,7월,8월,9월,10월,11월,12월
1월,2월,3월,4월,5월,6월,7월,8월,9월,10월,11월,12월
일요일,월요일,화요일,수요일,목요일,금요일,토요일
일,월,화,수,목,금,토
오전,오후
BC,AD
""",
    "ru": """
января,февраля,марта,апреля,мая,июня,июля,августа,сентября,октября,ноября,декабря
янв.,февр.,мар.,апр.,мая,июн.,июл.,авг.,сент.,окт.,нояб.,дек.
воскресенье,понедельник,вторник,среда,четверг,пятница,суббота
вс,пн,вт,ср,чт,пт,сб
AM,PM
до н. э.,н. э.
""",
    "uk": """
січня,лютого,березня,квітня,травня,червня,липня,серпня,вересня,жовтня,листопада,грудня
січ.,лют.,бер.,квіт.,трав.,черв.,лип.,серп.,вер.,жовт.,лист.,груд.
неділя,понеділок,вівторок,середа,четвер,пʼятниця,субота
нд,пн,вт,ср,чт,пт,сб
дп,пп
до н. е.,н. е.
""",
    "pl": """
stycznia,lutego,marca,kwietnia,maja,czerwca,lipca,sierpnia,września,października,listopada,grudnia
sty,lut,mar,kwi,maj,cze,lip,sie,wrz,paź,lis,gru
niedziela,poniedziałek,wtorek,środa,czwartek,piątek,sobota
niedz.,pon.,wt.,śr.,czw.,pt.,sob.
AM,PM
p.n.e.,n.e.
""",
    "sv": """
januari,februari,mars,april,maj,juni,juli,augusti,september,oktober,november,december
jan.,feb.,mars,apr.,maj,juni,juli,aug.,sep.,okt.,nov.,dec.
söndag,måndag,tisdag,onsdag,torsdag,fredag,lördag
sön,mån,tis,ons,tors,fre,lör
fm,em
f.Kr.,e.Kr.
""",
    "da": """
januar,februar,marts,april,maj,juni,juli,august,september,oktober,november,december
jan.,feb.,mar.,apr.,maj,jun.,jul.,aug.,sep.,okt.,nov.,dec.
søndag,mandag,tirsdag,onsdag,torsdag,fredag,lørdag
søn.,man.,tir.,ons.,tor.,fre.,lør.
AM,PM
f.Kr.,e.Kr.
""",
    "nb": """
januar,februar,mars,april,mai,juni,juli,august,september,oktober,november,desember
jan.,feb.,mar.,apr.,mai,jun.,jul.,aug.,sep.,okt.,nov.,des.
søndag,mandag,tirsdag,onsdag,torsdag,fredag,lørdag
søn.,man.,tir.,ons.,tor.,fre.,lør.
a.m.,p.m.
f.Kr.,e.Kr.
""",
    "nn": """
januar,februar,mars,april,mai,juni,juli,august,september,oktober,november,desember
jan.,feb.,mars,apr.,mai,juni,juli,aug.,sep.,okt.,nov.,des.
søndag,måndag,tysdag,onsdag,torsdag,fredag,laurdag
sø.,må.,ty.,on.,to.,fr.,la.
formiddag,ettermiddag
f.Kr.,e.Kr.
""",
    "fi": """
tammikuuta,helmikuuta,maaliskuuta,huhtikuuta,toukokuuta,kesäkuuta,heinäkuuta,elokuuta,syyskuuta,lokakuuta,marraskuuta,joulukuuta
tammik.,helmik.,maalisk.,huhtik.,toukok.,kesäk.,heinäk.,elok.,syysk.,lokak.,marrask.,jouluk.
sunnuntaina,maanantaina,tiistaina,keskiviikkona,torstaina,perjantaina,lauantaina
su,ma,ti,ke,to,pe,la
ap.,ip.
eKr.,jKr.
""",
    "cs": """
ledna,února,března,dubna,května,června,července,srpna,září,října,listopadu,prosince
led,úno,bře,dub,kvě,čvn,čvc,srp,zář,říj,lis,pro
neděle,pondělí,úterý,středa,čtvrtek,pátek,sobota
ne,po,út,st,čt,pá,so
dop.,odp.
př. n. l.,n. l.
""",
    "sk": """
januára,februára,marca,apríla,mája,júna,júla,augusta,septembra,októbra,novembra,decembra
jan,feb,mar,apr,máj,jún,júl,aug,sep,okt,nov,dec
nedeľa,pondelok,utorok,streda,štvrtok,piatok,sobota
ne,po,ut,st,št,pi,so
AM,PM
pred Kr.,po Kr.
""",
    "tr": """
Ocak,Şubat,Mart,Nisan,Mayıs,Haziran,Temmuz,Ağustos,Eylül,Ekim,Kasım,Aralık
Oca,Şub,Mar,Nis,May,Haz,Tem,Ağu,Eyl,Eki,Kas,Ara
Pazar,Pazartesi,Salı,Çarşamba,Perşembe,Cuma,Cumartesi
Paz,Pzt,Sal,Çar,Per,Cum,Cmt
ÖÖ,ÖS
MÖ,MS
""",
    "hu": """
január,február,március,április,május,június,július,augusztus,szeptember,október,november,december
jan.,febr.,márc.,ápr.,máj.,jún.,júl.,aug.,szept.,okt.,nov.,dec.
vasárnap,hétfő,kedd,szerda,csütörtök,péntek,szombat
V,H,K,Sze,Cs,P,Szo
de.,du.
i. e.,i. sz.
""",
    "ro": """
ianuarie,februarie,martie,aprilie,mai,iunie,iulie,august,septembrie,octombrie,noiembrie,decembrie
ian.,feb.,mar.,apr.,mai,iun.,iul.,aug.,sept.,oct.,nov.,dec.
duminică,luni,marți,miercuri,joi,vineri,sâmbătă
dum.,lun.,mar.,mie.,joi,vin.,sâm.
a.m.,p.m.
î.Hr.,d.Hr.
""",
    "el": """
Ιανουαρίου,Φεβρουαρίου,Μαρτίου,Απριλίου,Μαΐου,Ιουνίου,Ιουλίου,Αυγούστου,Σεπτεμβρίου,Οκτωβρίου,Νοεμβρίου,Δεκεμβρίου
Ιαν,Φεβ,Μαρ,Απρ,Μαΐ,Ιουν,Ιουλ,Αυγ,Σεπ,Οκτ,Νοε,Δεκ
Κυριακή,Δευτέρα,Τρίτη,Τετάρτη,Πέμπτη,Παρασκευή,Σάββατο
Κυρ,Δευ,Τρί,Τετ,Πέμ,Παρ,Σάβ
π.μ.,μ.μ.
π.Χ.,μ.Χ.
""",
    "bg": """
януари,февруари,март,април,май,юни,юли,август,септември,октомври,ноември,декември
яну,фев,март,апр,май,юни,юли,авг,сеп,окт,ное,дек
неделя,понеделник,вторник,сряда,четвъртък,петък,събота
нд,пн,вт,ср,чт,пт,сб
пр.об.,сл.об.
пр.Хр.,сл.Хр.
""",
    "hr": """
siječnja,veljače,ožujka,travnja,svibnja,lipnja,srpnja,kolovoza,rujna,listopada,studenoga,prosinca
sij,velj,ožu,tra,svi,lip,srp,kol,ruj,lis,stu,pro
nedjelja,ponedjeljak,utorak,srijeda,četvrtak,petak,subota
ned,pon,uto,sri,čet,pet,sub
AM,PM
pr. Kr.,po. Kr.
""",
    "sl": """
januar,februar,marec,april,maj,junij,julij,avgust,september,oktober,november,december
jan.,feb.,mar.,apr.,maj,jun.,jul.,avg.,sep.,okt.,nov.,dec.
nedelja,ponedeljek,torek,sreda,četrtek,petek,sobota
ned.,pon.,tor.,sre.,čet.,pet.,sob.
dop.,pop.
pr. Kr.,po Kr.
""",
    "id": """
Januari,Februari,Maret,April,Mei,Juni,Juli,Agustus,September,Oktober,November,Desember
Jan,Feb,Mar,Apr,Mei,Jun,Jul,Agu,Sep,Okt,Nov,Des
Minggu,Senin,Selasa,Rabu,Kamis,Jumat,Sabtu
Min,Sen,Sel,Rab,Kam,Jum,Sab
AM,PM
SM,M
""",
}  # fmt: skip

REGIONS = {
    "en-GB": {
        1: "Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sept,Oct,Nov,Dec",
        4: "am,pm",
    },
    "en-AU": {
        1: "Jan,Feb,Mar,Apr,May,June,July,Aug,Sept,Oct,Nov,Dec",
        4: "am,pm",
    },
    "en-CA": {
        1: "Jan.,Feb.,Mar.,Apr.,May,Jun.,Jul.,Aug.,Sep.,Oct.,Nov.,Dec.",
        3: "Sun.,Mon.,Tue.,Wed.,Thu.,Fri.,Sat.",
        4: "a.m.,p.m.",
    },
    "en-NZ": {
        4: "am,pm",
    },
    "en-IE": {
        4: "a.m.,p.m.",
    },
    "en-IN": {
        4: "am,pm",
    },
    "en-ZA": {
        4: "am,pm",
    },
    "fr-CA": {
        1: "janv.,févr.,mars,avr.,mai,juin,juill.,août,sept.,oct.,nov.,déc.",
        4: "a.m.,p.m.",
    },
    "de-AT": {
        0: "Jänner,Februar,März,April,Mai,Juni,Juli,August,September,Oktober,November,Dezember",
        1: "Jän.,Feb.,März,Apr.,Mai,Juni,Juli,Aug.,Sep.,Okt.,Nov.,Dez.",
    },
    "es-419": {
        1: "ene.,feb.,mar.,abr.,may.,jun.,jul.,ago.,sep.,oct.,nov.,dic.",
    },
    "pt-PT": {
        3: "domingo,segunda,terça,quarta,quinta,sexta,sábado",
        4: "da manhã,da tarde",
    },
    "zh-TW": {
        0: "1月,2月,3月,4月,5月,6月,7月,8月,9月,10月,11月,12月",
        3: "週日,週一,週二,週三,週四,週五,週六",
        5: "西元前,西元",
    },
}
