package terms

import (
	"strings"
	"sync"
)

// nicknameGroups are given names with their short and pet forms, one group a
// line, the formal name first; a name may be in several groups. Written from
// general knowledge of English and the commonest names of other European
// languages.
const nicknameGroups = `
abigail abby abbie gail
abraham abe bram avi
adalbert bert bela
adelaide addie ada heidi
agnes aggie nessa agnieszka
albert al bert bertie
alberto beto berto
alejandro alex jandro ale
aleksander alek olek sasha
aleksandra ola sasha alex
aleksandr sasha alex sanya shura
alessandra ale sandra
alessandro ale sandro
alexander alex al sandy xander zander alec lex sasha
alexandra alex sandra lexi sasha alexa lexie sandy
alexandre alex xandre
alexandros alekos alexis
alexei alyosha lyosha aleksei alexey
alexis alex lexi lex
alfonso fonso poncho
alfred alf fred al alfie freddie
alice allie ali alicia
alison ali allie
amanda mandy manda
amelia amy millie mia mel
anastasia nastya ana stacy tasia stasia nastia
andrea andy drea andi
andreas andi andy anders
andrei andrey andryusha
andrew andy drew dru
andrzej jedrek andy
angela angie ang
angelica angie angelika geli
ann anne annie nan nancy nanny
anna ann annie anya ania anka anja nan hannah anita nina
annabel bella anna belle annabelle
annemarie anne marie anna
anthony tony ant anton
antoine toine tony
anton toni tony anthony
antonia toni tonya antonina nia
antonio toni tony antonino nino nio tonio
antonios antonis tony
apostolos tolis lakis
archibald archie
arnold arnie noldi
arthur art artie
artem tyoma artyom
athanasios thanasis sakis nasos
augustine gus augie august
augustus gus augie august
barbara barb barbie babs basia bobbie
barnabas barney
bartholomew bart barry
bartosz bartek
beatrice bea trixie bee beatrix
beatriz bea bia
benedict ben benny
benedikt beni ben
benedetta betta bene
benjamin ben benny benji benjy
bernard bernie barney bern
bernardo nando berni
bernadette bernie berna detta
bertha bertie berta
beverly bev
bradley brad
brandon bran
bridget bridie biddy brigid
brigitte gitta gitte britta
brittany britt brit
caleb cal
calvin cal vin
cameron cam
camille cami milla
carla carly
carlos carlitos charly
carmen menchu carmela
caroline carol caro carrie lina carolyn carly line
carolina caro lina
caterina rina katia cate
catherine cathy kate katie cat kathy cath cass kitty kat kit
catarina cata rina
cecilia cece cissy celia cilla
charles charlie chuck chas chip charley
charlotte lottie charlie lotte char lotta
chloe clo coco
christian chris christy kit
christina chris tina christy kristina chrissy
christine chris chrissy tina christy christie
christopher chris kit topher christy
christos christakis
claudia claudie
clara clare klara
clarence clancy
clement clem
clementine clem clemmie
clifford cliff
clinton clint
concepcion concha conchita
constance connie
constantine costas kostas dinos kostis
konstantinos kostas costas dinos kostis gus
konstantin kostya
consuelo chelo
cordelia delia
cornelia nelly corrie
cornelius neil corny kees
cristina cris tina
cynthia cindy
dagmar dagi
daniel dan danny dani
daniela dani danny ela
danielle dani danny elle
daphne daph
david dave davey davy davie
deborah deb debbie debby debra
delores lola dolly
dolores lola lolita loli dolly
dennis denny den
denise denny
dieter didi
dimitrios dimitris mitsos jimmy takis mimis
dmitri dima mitya dmitry dmitriy dmytro
dominic dom nick domenico mimmo
domenico mimmo mico
dominik domi nik
donald don donnie donny
donna donnie
dorothea dora thea dorothee
dorothy dot dottie dolly dora dodie
douglas doug
duncan dunc
edith edie
edmund ed eddie ned ted
eduardo edu lalo eddie
edward ed eddie ted teddy ned ward
edwin ed eddie win
eirini rena
ekaterina katya kate katia katerina
aikaterini katerina katia
elena lena helen elaine lenka
eleanor ellie nell nora ellen nellie elle lenore
eleni lena nitsa helen
eleonora nora ele
elias eli
elijah eli lije
elisabeth lisa lisbeth elsa else betty sissi beth liesl ilse bettina lis liz elise
elisabetta betta elisa lisa betty
elizabeth liz beth betty lizzie eliza lisa betsy libby elsie ellie bess bessie lizzy liza ella elise lilibet buffy
elizaveta liza
ellen nell nellie
elzbieta ela ella
emanuele manu lele
emil milo
emilia emi mila millie emily
emily em emmy millie emma
emma em emmy
emmanuel manny manu manolis
emmanouil manolis
enrique quique kike rique
erica rikki ricky
eric rick ricky
erik rikki
ernest ernie erno
ernesto neto
esmeralda esme
estelle essie stella
esther essie hettie ester
eugene gene yevgeny
eugenia genie gena evgenia
eugenie genie
eva eve evie evita
evangelia eva litsa vangelio
evangelos vangelis vagelis
evelyn evie eve lynn
ewa ewka
ezekiel zeke
federico fede chico rico
felicia fee lisa
felicity fliss flick
felipe pipe lipe
fernando nando fer
filippo pippo
filip fil
florence flo florrie flossie
florian flo
francesca fran franca cesca chicca
francesco franco checco ciccio cesco
frances fran fanny francie frankie
francis frank fran frankie
francisca paca paquita xica
francisco paco pancho cisco kiko chico curro frank xico
francois fanfan franck
francoise fanny soizic
franciszek franek
frantisek franta
franz franzl
frederic fred freddy
frederica freddie rica
frederick fred freddie rick fritz freddy
frederik fred rik
friedrich fritz fred friedel
fyodor fedya theodore
gabriel gabe gaby gabi
gabriela gabi gaby
gabriele gabri lele gabi
gabrielle gabby elle gabi
gail gayle
galina galya
genevieve gen eve gigi
geoffrey geoff jeff
georg schorsch jorg
george georgie geordie
georgia georgie
georgina gina georgie
georgios giorgos yorgos george yiorgos
gerald gerry jerry
geraldine gerry
gerard gerry ger jerry
gerhard gerd gert
gertrude trudy gertie gert trude
giacomo mino
gianni giovanni
gilbert gil bert
gioacchino gino
giorgio gigi
giovanna gianna vanna
giovanni gianni nanni vanni
giulia giulietta
giuseppe beppe peppe pino peppino bepi
giuseppina giusy pina peppina
gonzalo gonza
gottfried friedl
gregor grischa
gregory greg gregg
gregorio goyo
grzegorz grzesiek
guadalupe lupe lupita
guillermo memo guille
guillaume guy
guilherme gui
gustavo gus tavo
gustav gus gusti
gwendolyn gwen wendy
hannah hanna annie
hans hansi
harold harry hal
harriet hattie harry hettie
harrison harry
harvey harve
heinrich heinz heiner heini hein
helen nell nellie lena ellie elena
helena lena hela nell
helene lena leni nelly
henri riton
henrietta hettie etta henny hattie
henrik rik
henry harry hank hal
henryk heniek
herbert herb bert herbie
herman manny
hermann manni
hermenegildo gildo
herminia minnie
hieronymus jerome
horatio horace
howard howie
hubert hugh bert
hugh hughie hugo
ian iain
ignacio nacho iggy
ignatius iggy
ilse ilsa
immanuel manny
inmaculada inma
ioanna joanna nana
ioannis giannis yannis john yiannis
irene rena renie
irina ira
isaac ike zac
isabel bella isa belle izzy chabela
isabella bella izzy belle isa ella
isabelle izzy belle isa
isidore izzy
israel izzy
ivan vanya
jack jackie john
jacob jake jay coby
jacqueline jackie jacqui
jadwiga jadzia
jaime jimmy
jakob jockel kobi
jakub kuba
jaroslav jarda jarek
jaroslaw jarek
james jim jimmy jamie jem jimbo
jan janek honza jas
jana janicka
jane janie jenny
janet jan jenny
janice jan
jean jeanie
jeanette jean jenny netta
jeanne jeannie
jefferson jeff
jeffrey jeff geoff
jennifer jen jenny jenn jenna
jeremiah jerry jem
jeremy jem jerry jez
jerome jerry
jerzy jurek
jessica jess jessie jessi
jesse jess
jesus chucho chus suso
jill gill
jindrich jindra
jiri jirka jura
joachim jochen achim jo
joan joanie
joana jo
joanna jo asia joey joasia
joanne jo joey annie
joao joca janjao
joaquin quino chimo
jochen joachim
johan joop hans
johann hans hansi hannes
johannes hans hannes jo johan
john johnny jack jon jock jackie
jonas joni
jonathan jon johnny jonny nathan jono
jordan jordy
jorge coque jorgito
jose pepe chepe ze pepito
josef pepa sepp jupp
josefa pepa fina
josefina pepa fina
joseph joe joey jo jos
josephine jo josie fifi posy
joshua josh
jozef jozek
joyce joy
juan juanito juancho
juana juanita
judith judy jude
julia jules julie jill julka yulia
julian jules jul
juliana jules ana
julie jules
juliet jules julie
julio julito
julius jules
jurgen jogi
justin jus
justine tina
kaitlyn kate kait
karel kaja
karen kari
karl kalle carl
karolina karo lina
karoline karo lina
kaspar kasper
katarzyna kasia kaska
katarina kata katka
katerina katka katia kate
katharina kathi katja kati kathe trina
katharine kate kathy katie kay kit
katherine kate kathy katie kat kay kit kitty kath
kathleen kathy kate katie kay
kathryn kate kathy katie kat kit
katrina trina kat
kazimierz kazik
kenneth ken kenny
kenzie mackenzie
kevin kev
kimberly kim kimmy
kirsten kirsty
klaus nikolaus
konrad kurt conny
kristen kris kristy
kristin kris kristi
kristina kris tina
kristoffer stoffer kris
krystyna krysia
krzysztof krzysiek krzys
kyriakos kyriak
ladislav laco lada
larissa lara
laura laurie lori
lauren laurie ren
laurence larry laurie
lavinia vinnie
lawrence larry lars laurie
leah lee
leander lee
leandro leo
leonard leo len lenny leon
leonardo leo nardo
leopold leo poldi
leroy roy
leslie les
leticia leti
lewis lew louie
lieselotte lilo liesl lotte
lillian lil lily lilly
liliana lili ana
linda lindy lin
lindsay lin
lorenzo enzo renzo loren
loretta etta retta
lorraine lori raine
louis lou louie
louisa lou lulu
louise lou lulu
lucas luke luc
lucia lucy lu luz
lucille lucy lou
lucinda lucy cindy
lucy lu
ludmila lida mila
ludwig lutz wiggerl
luigi gigi gino luigino
luis lucho luisito lou
luisa lu isa
lukas luki luke
lukasz luk
luciano lucio
lydia lyddie
lyudmila lyuda mila
mackenzie kenzie mac
maciej maciek
madeleine maddy madge lena
madeline maddie maddy madge
madison maddie maddy
magdalena lena magda maggie leni madda
magdalene lena
malcolm mal
malgorzata gosia malgosia
manfred manni fred manny
manoel mane
manuel manolo manny manu
manuela manu ela manoli
marcel marc
marcella marcie ella
marco marc
marcos marc
marcus mark marc
margaret maggie meg peggy marge margie peg daisy madge rita greta margo meggie may maisie
margarete greta grete gretel margit
margarita rita marga margo
margherita rita ghita
margarethe grete gretel greta
marguerite margot daisy rita
margrethe grete
maria mary mia mari marie ria masha
mariana mari ana
marianne mari anne
marie mimi
mario marietto
marilyn mary lyn
marina rina
marion mary
mario marito
mariusz mario
marjorie marge margie
mark marc
marta marti
martha marty mattie patty
martin marty mart
martina tina
marvin marv
mary molly polly mae may mamie mimi maria
maryam mary
massimiliano max massi
massimo max
mateusz mati
matilda tilly mattie tilda
mathilde tilda thilde
matteo teo matt
matthew matt matty mat
matthias matze hias matt mathis
mattia matti
maureen mo
maurice mo morris maury
mauricio mau
maurizio mauri
max maximilian
maxim max
maximilian max maxi
maximiliano max maxi
maxine max
maxwell max
megan meg meggie
melanie mel
melinda mel lindy mindy
melissa mel missy lissa
melvin mel
mercedes mercy mercedita merche
meredith merry
michael mike mick mickey mikey mitch micky mischa michi
michaela mickey ella michi
michail misha
michal michalek
michalis mike mihalis
michel michou
michele mick lino
michelle shelly mich shell
mieczyslaw mietek
miguel migue miki
mihail misha
mikael micke mike
mikhail misha mike
mildred millie
milton milt
minerva minnie
miranda randy mira
miroslav mirek miro
miroslaw mirek
mitchell mitch
modesto tito
mohammad mo
mohamed mo mohammed
mohammed mo
muhammad mo
monica mona nica
monika moni
montgomery monty
montserrat montse
morgan mo
mortimer mort morty
moses moe moshe
myron ronnie
nadezhda nadya nadia
nancy nan
naomi nomi
natalia nat talia natasha nati natalie
natalie nat nattie
natalya natasha
nathan nat nate
nathaniel nat nate nathan
nicholas nick nicky nico klaus nic
nichole nicky nikki
nicola nico nicky nic
nicolas nico nick
nicole nikki nicky nic nico
nikola nik niko
nikolai kolya nick
nikolaos nikos nick
nikolaus klaus nico niklas
nikita niki
norbert bert norb
norma norm
norman norm
octavia tavy
oleksandr sasha olek
olga olya
oliver ollie olli noll
olivia liv livvy ollie livia
oluwaseun seun
orlando orly lando
oscar ossie
osvaldo valdo
oswald ossie oz
otto ottmar
ottavio tavi
owen eoin
pablo pablito
pamela pam
panagiotis panos takis panayiotis
paraskevi voula evi vivi
paola paoletta
paolo paolino
pasquale lino pasqualino
patricia pat patty tricia trish patti patsy
patrick pat paddy rick
patrizia patty
paul paulie pauly
paula paulie
paulina paula lina
pauline paula polly
pavel pasha pavlik
pawel pawelek
pedro perico pedrito
penelope penny nell popi
percival percy
perry peregrine
peter pete petey piet
petra peti
petros pete
petronella nelly nel
petr petya
philip phil pip
philippa pippa pip
philippe phil
phillip phil pip
phoebe fee
phyllis phyl
pierre pierrot
pieter piet
pietro piero
pilar pili
piotr piotrek
placido dino
polina polya
priscilla cilla prissy
prudence pru
przemyslaw przemek
rachel rae rach
rafael rafa rafi
raffaele lello raf
raimund rai mundi
ralph rafe
ramon moncho ray
randall randy
randolph randy rand
raphael rafe raph rafi
raymond ray
rebecca becky becca beck bex reba
regina gina reggie
reginald reg reggie rex
reinhard reini
renata rena nata
renate rena nate
rene ren
ricardo rick ricky cardo richard
riccardo ricky ric
richard rick dick rich richie ricky dickie
robert bob bobby rob robbie bert robby robin rupert
roberta bobbie robbie berta
roberto beto rob berto tito
rocio chio
roderick rod rick roddy
rodney rod roddy
rodolfo fito rudy rudi
rodrigo rodri rigo
roger rodge hodge
roland rolly rolo
rolf rudolf
roman roma
romuald romek
ronald ron ronnie ronny
ronan ro
rosa rosie rosita
rosalind roz rosie
rosalie rosie rosa
rosario charo chayo saro
rosemarie rosi
rosemary rosie rose romy
roseanne rosie
rowena ro
roxanne roxie roxy
ruben rube
rudolf rudi rolf rudy
rudolph rudy rolf
rupert bert
russell russ rusty
ruth ruthie
ryszard rysiek
sabina bina
sabrina brina
sadie sarah
salvador chava salva
salvatore toto turi salvo tore
samantha sam sammy
samson sam
samuel sam sammy
samuele sam lele
sandra sandy
santiago santi chago tiago yago
sarah sally sadie sara
sara sarita
savannah savvy anna
scott scotty
sean shaun
sebastian seb bastian basti seba bas
sebastiano seba nello
sebastien seb bastien
sergei seryozha sergey
sergio checho sergi
seymour sy
shannon shan
sharon shari
sheila shelly
shirley shirl
sibylle bille
sidney sid syd
siegfried siggi sigi
sigmund siggi
sigrid siri
silvia silvi sylvie
silvio silvano
simon si sim
simona mona
simone simo mona
sofia sofi sophie sonia
solomon sol
sophia sophie sofie fifi
sophie soph
spyridon spyros
stanislav standa stan slava
stanislaw staszek stan
stanley stan
stamatios stamatis
stavros stavrakis
stefan steve stefek
stefania stefi stefy fania
stefano ste
stella estelle
stephan steff
stephanie steph stevie steffi fanny
stephen steve stevie steph
steven steve stevie
stuart stu stew
stewart stu stew
stylianos stelios
susan sue suzy susie sukey
susana susi sana
susanna sue suzy susie
susanne susi sanne
svetlana sveta lana
svyatoslav slava
sydney syd
sylvester sly vester
sylvia syl
tabitha tabby
tamara tammy tam toma
tatiana tanya tania tata tatyana
tatjana tanja
teodoro teo doro
teresa tess terry resi tere
terence terry
terrence terry
thaddeus tad thad
thelma telma
theobald theo
theodor theo
theodora dora theo thea
theodore ted teddy theo
theodoros thodoris theo
theresa terry tess tessa tracy resi
therese tess resi
thomas tom tommy thom
tiffany tiff
tiago santiago
timotheus tim
timothy tim timmy
tobias toby tobi
tomas tom
tomasz tomek
tommaso tommy maso
tristan tris
ulrich uli ulli
ulrike uli rike ulli
ursula ursel uschi ulla
urszula ula
valentin val
valentina vale val tina
valentine val
valeria vale lera
valerie val
vanessa nessa van
vasileios vasilis bill vassilis
vasiliki vaso vasso kiki
vasily vasya
vera vroni
vernon vern
veronica ronnie roni vero vera
veronika vroni vera
victor vic vick
victoria vicky tori vic viki
viktor vitya vic
viktoria vicky viki
vincent vince vinnie vin
vincente chente
vicente chente
vincenzo enzo cenzo vince
viola vi
violet vi lettie
virginia ginny ginger gina
vivian viv
viviane viv
vitaly vitalik
vittoria vicky
vittorio vito
vladimir vova volodya vlad vladi
vladislav vlad slava vladik
vojtech vojta
volodymyr vova volodia
vyacheslav slava
wallace wally
walter walt wally
waltraud traudl
wanda wendy
wenceslas wences
wendell del
wilfred wilf fred will
wilhelm willi willy wim helmut will
wilhelmina minnie willa mina billie wilma
willem wim pim
william bill will billy willie willy liam wills
winfield win
winfred win fred
winifred winnie freddie fred win
winston win
wladyslaw wladek
wojciech wojtek
wolfgang wolf wolfi
woodrow woody
xavier xavi javi
javier javi xavi
yekaterina katya kate
yelena lena
yevgeny zhenya
yevgeniya zhenya
yulia yulya julia
yuri yura
yvonne vonnie
zachariah zach zack
zachary zach zack zac
zbigniew zbyszek
zdenek zdenda
zdzislaw zdzisiek
zelda griselda
aaron ron ronnie erin
abel abe eb
abiah ab biah
abner ab
absalom app ab abbie
adam ade edie
adela della dell adele
adelbert del albert delbert bert
adeline addy delia lena dell ada
agatha aggy
aileen lena allie
alan al
alastair al ali alec
albertina tina bertie
alberta bertie allie
aldrich rich richie
alexandria drina alexa sandy lexi
alfonse al fonzie
alfreda freda frieda freddy
allan al
almena mena ella
alonzo lon al lonzo
althea thea
alvin al vin vinny
alyssa al ally lissa
amos moses
angelina lina angie
annette anna nettie
antoinette tony netta ann toni
appoline appie
araminta minnie ruth minty
archelous archie
arabella bella ara belle
ariana ari ria
arlene arly lena
armand mandy
armando mando
asahel asa
asenath sene natty
aubrey bree
augusta gussie tina aggy
augustina tina aggy gussie
aurelia ree rilly orilla
azariah riah aze
baldo archibald
barbary barbara barb
bartholomew bat mees
bedelia delia bridgit
belinda belle linda
benedicta benna
benjamin bennie jamie
bethany beth
bethena beth thaney
betsy elizabeth
blanche bea
boniface jeff
caldonia callie dona
calista kissy
calliope popi
camilla milly cammie
candace candy dacey
carlotta lottie
cassandra cass sandra cassie sandy
caswell cass
cedrick ced rick
chauncey chan
chesley chet
chester chet
clarinda clara
clarissa clara cissy rissa
cleatus cleat
columbus clum
conrad con connie
cordelia cordy
courtney curt court
crystal chris crys
curtis curt
cyrenius cy serene
cyrus cy
dalton dahl
daphne daph daphie
darlene lena darry
darrell darry
deanna dee anna
delbert bert del
delilah lil lila della
delphine delphi del
democrates mock
demetrius dmitri demi
desdemona mona
desmond des
diana di didi
dominique dom nicky
dorinda dorothea dora
drusilla silla
ebenezer eb eben
edgar ed ned
edna ed
edwina winnie eddie
egbert bert
eileen helen
elaine lainie helen ellie
elbert bert bertie albert
elbertson elbert bert
eleck alexander
eleazer lazar
elena nella
elias lee lias
eliphalet lifus
elisha lish eli
elissa lissa
eliza liza
ella ellen el
ellender nellie ellen helen
ellis eli
elmira mira ellie
elnora nora
eloise lois heloise
elsie elsa
elswood elsey
elvira elvie
elwood woody
elysia lisa
emeline em emmy emma milly
epaphroditius dite ditus eppa
ephraim eph
erastus ras raz
ernestine tina erna
eudora dora
eunice nicie
euphemia effie effy
eustacia stacia stacy
ezra ez
faith fay
ferdinand ferdie fred
fidelia delia
franklin frank
frieda fred
gabriella gabby ella gabi
garrett gary garry
gayle gay
georgiana georgia
geraldine dina
gerhardt gay
gloria glory
governor govie
green berry
greenberry green berry
griselda grissy
gretchen margaret
gwenda gwen
hamilton ham
hannibal hans
harriet harriot
haseltine hassie
helena elena
heloise lois eloise
hepsibah hepsie
hester hettie esther
hezekiah hez ky
hipsbibah hipsie
hiram hi
honora nora norah
hopkins hop
hortense harty tensey
hosea hosey
ignatzio naz nace
immanuel manuel
india indie
inez agnes
ingrid inga
irvin irving
irwin erwin
isabella nib ib tibbie sabella
isabelle tibbie nib
isaiah zadie zay
isidora dora
jacobus jacob
james jimmie
janet janette
jasper jap casper
jayme jay
jedediah jed dyer
jehiel hiel
jemima mima
jennet jessie jenny
jerita rita
jinsy jane
joanna hannah jody jan
jocelyn joss
johanna jo hanna
josiah jos sy
joshua jos
joyce joya
juanita nita nettie
judah juder jude
junior june
karonhappuck karon
kasandra kasey cass
kayla kay
kendall ken kenny
kendra ken
keziah kizzie
lafayette lafe
lamont monty
laodicia dicy
laurinda laura
laveda veda
laverne vern
lavina viney vina ina
lavonia vina
lecurgus curg
lemuel lem
lenora nora lee
leonidas lee leo
leonora nora nell
leroy lee
leslie lester
lester les
letitia tish titia lettie lettice
levi lee
levicy vicy
levone von
lidia lyddy
lillah lil lilly lolly
lilian lilly lil
linton lin
lionel leon
lodowick lodie
lorelei lori
lucretia creasey
luella lula ella lu
luther luke
lyndon lin
mabel may belle mehitable
mahala hallie
manerva minnie
marcus marc
margaretta maggie meg
marian mary
marietta mary maryetta
martha marti patsy
marvin marv merv
mathilda tillie patty
maud middy maude
maureen mary
mavine mave
mehitabel hetty mabel mitty
melchizedek zadock dick
melody lodi
melvina viney
mervin merv
micajah cage
minerva nerva
mitchell mick
monet nettie
morris morey
nadia nadine
napoleon nap leon nappy
nathaniel than
nelson nels
newton newt
nicodemus nick
nora norah
obadiah obed diah dyer
obedience beda biddie
octavia tave
odell odo
olivia nollie olive
oliver nollie
ophelia orphy
orlando roland
orphelia phelia
oswald waldo
otis ode ote
pandora dora
pelegrine perry
penelope neppie
permelia melia
pernetta nettie
persephone seph sephy
peregrine perry
phidelia delia
philadelphia delphia
philander fie
philetus leet phil
philinda linda
philomena mena almena
phineas finn
pleasant ples
pocahontas pokey
posthuma humey
prescott pres
preston pres
providence provy
quentin quin
quincy quin
rachel shelly
raphael ralph
refina fina
regina gina ray
relief leafa
reuben rube
reynold ray
rhoda rodie
rhodella della
rhyna rhynie
richard dickon
robert hob hobkin dob
roberta bert bertie
roger rod bobby
roland orlando
rosabel rosa belle
rosalinda linda roz
roscoe ross
roxanna roxie ann
rufina fina
sabrina sabby
samantha mantha
sampson sam
sarah sal
savannah vannie
selina celina
serena rena
serilla rilla
seth set
seymour see
shelton shel tony
sheridan dan danny
sigismund sig
silence liley
silvester vester sy si
simeon si sion
smith smitty
socrates crate
sophronia sophie frona
stephanie annie
submit mitty
sullivan sully van
sydney sid
tabitha bitha
temperance tempy
terence terrence
thaddeus thady
theodosia theo dosia
theodrick ted
theophilus theo ophi
theresa thursa
thomasine tamzine
tilford tillie
timothea thea
unice eunice nicy
uriah riah
valerie vallie
vandalia vannie
vernisee nicey
veronica franky frony
vincenza vincy
virginia jinny
volodia vladimir
waldo osvaldo
webster web
wilber will bert
wilda willie
winnifred freddie winnie
winton wint
yolanda yolonda
yulan lan
zachariah zachy zeke
zebedee zeb
zedediah dyer zed
zephaniah zeph
zofia zosia
`

// nicknames maps a name to the other names of its groups.
var nicknames = sync.OnceValue(func() map[string][]string {
	names := make(map[string][]string, 2_000)
	for line := range strings.Lines(nicknameGroups) {
		group := strings.Fields(line)
		for i, name := range group {
			for j, other := range group {
				// A formal name and its pet forms stand for each other; two pet
				// forms only through the formal name, which is there as well.
				if i != j && (i == 0 || j == 0) {
					names[name] = append(names[name], other)
				}
			}
		}
	}
	return names
})

// Nicknames returns the names that a folded name is a pet form of, and the pet
// forms that it has. The slice is shared.
func Nicknames(name string) []string { return nicknames()[name] }

// siblings returns the other pet forms of the names that name is a pet form
// of: bobby for rob.
func siblings(name string) []string {
	var out []string
	for _, formal := range Nicknames(name) {
		out = append(out, Nicknames(formal)...)
	}
	return out
}
