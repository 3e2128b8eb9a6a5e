"""Crisis words in English, matched on lower-case words with single spaces and without apostrophes."""

from chatbot.crisis_patterns import CrisisTable
from chatbot.patterns import any_words_of

_KIN = (
    "husband|wife|boyfriend|girlfriend|partner|ex|father|dad|mother|mom|mum|stepdad|stepfather|brother|uncle"
    "|boss|roommate|neighbou?r|he|she|they|someone|somebody|man|guy"
)
_PATIENT = (
    r"he|she|hes|shes|dad|mom|mum|father|mother|husband|wife|son|daughter|kid|child|baby|newborn|toddler"
    r"|grandma|grandpa"
    r"|grandmother|grandfather|friend|brother|sister|roommate|neighbou?r|man|woman|someone|boyfriend"
    r"|girlfriend"
)
_SELF = r"(?:my|him|her|them) ?(?:self|selves|slef|sefl|sel)"
_PERSON = (
    r"\w{0,8} ?(?:husband|wife|boyfriend|girlfriend|partner|ex|father|dad|mother|mom|mum|boss|brother"
    r"|sister|son|daughter"
    r"|kids?|child|children|baby|family|friend|neighbou?r|roommate|teacher|classmates?|co ?workers?"
    r"|manager|man|woman|guy|girl|boy|person|bitch|bastard)"
)
_OTHERS = (
    rf"(?:him|her|them|you|us|me|people|everyone|everybody|someone|somebody|(?:my|that|this|his"
    rf"|her) (?:{_PERSON}))"
)
_NOT_ANY_MORE = r"(?: any ?more| no more| any longer)?"

ENGLISH = CrisisTable(
    benign=any_words_of(
        r"(?:career|political|financial|social|commercial|brand|professional) suicide|suicide (?:squad"
        r"|doors?|clause|rate|rates|king)",
        r"suicide (?:prevention|awareness|intervention)(?: \w{2,12}){0,2} (?:course|courses|training"
        r"|class|classes|workshop|certificate|certification|volunteer|volunteers|webinar)",
        r"killer (?:feature|features|app|deal|resume|whale|workout|heels|offer|pitch|instinct|question"
        r"|idea)|serial killer (?:movie|book|show|podcast|documentary|series)",
        r"kill (?:the |some |an hour |a )?(?:time|process|deal|vibe|mood|switch|lights?|tasks?|engine"
        r"|bill|weeds?|virus|bacteria|germs|session|job|app|hour|two birds)(?: of time)?",
        r"(?:my |the )?(?:\w{2,10} )?(?:feet|back|head|legs|shoes|boss|commute|traffic|homework|suspense"
        r"|heat|deadline|deadlines|waiting|wait|curiosity) (?:is|are|was|were) (?:kill|murder)ing me",
        r"(?:youre|you are|it is|its|this is|thats|that) kill(?:ing|s) me(?: with laughter| lol| haha)?",
        r"(?:im |i am )?(?:just |literally )?dying (?:to (?:know|see|try|hear|meet|learn|read|visit|go"
        r"|get|eat|find out|tell|watch|buy)|of (?:laughter|boredom|curiosity|embarrassment|heat)|laughing"
        r"|from laughter|with laughter|for a)",
        r"(?:to die for|die hard|diehard|die laughing|died laughing|dying laughing|never say die"
        r"|die of (?:boredom|laughter|embarrassment)|die cast|die cut)",
        r"(?:battery|phone|laptop|computer|car|engine|screen|tablet|plant|plants|app|server|wifi|router"
        r"|watch|pc) (?:is |has |just |keeps |almost |suddenly )?(?:died|dead|dying|dies|dead again)",
        r"dead (?:line|lines|end|battery|link|links|pixel|pixels|simple|serious|weight|lift|lifts|stock"
        r"|heat|sea|set|wrong)|drop dead (?:gorgeous|date)",
        r"(?:id |i would |would )?rather die than (?:pay|buy|use|eat|wear|watch|go|admit|work|deal|wait)",
        r"heart attack (?:lol|when i saw the (?:price|bill))|almost had a heart attack when i saw"
        r"|stroke of (?:luck|genius|midnight|insight)|(?:brush|breast|back|key|pen|butterfly|swimming"
        r"|four|two|tennis) ?stroke|stroke (?:order|width|price|play|technique)",
        r"(?:asset|assets|property|bank|account|data|wage|house|car|border|customs|land) seizures?"
        r"|seizure of (?:assets?|property|goods|my (?:car|house|account|assets))",
        r"drowning in (?:debt|work|paperwork|emails?|homework|bills|meetings|paper)|bleeding (?:edge"
        r"|money|cash|users|customers)|(?:take|takes|took|save|hold|waste|catch) (?:your|my|our) breath"
        r"|breathing (?:exercise|exercises|technique|techniques|space|room|course|class|app)",
        r"(?:bath|photo|cherry|sugar|jager|seed|glitter|cocoa|chocolate|f) ?bombs?|bomb(?:ed"
        r"|ing)? (?:the |my |an |that )?(?:interview|exam|test|presentation|audition|quiz|final)|(?:the"
        r"|da) bomb",
        r"shoot (?:me|you|us|him|her|them) (?:an|a|your|my|the|over) (?:email|e mail|mail|message|text"
        r"|line|dm|quote|note)|shoot (?:a|the|some|my|our) (?:video|film|photos?|pictures?|movie|scene"
        r"|hoops|breeze|moon)|stab at|stabbing (?:scene|guard)|back ?stab\w{0,4}",
        r"(?:beat|beats|beating|hits?|punch\w{0,3}) me to (?:it|the)|hits? me (?:up|that|back)"
        r"|hit me (?:with|up)|(?:price|beat) (?:match|the price|that price)|beats me",
        r"poison (?:ivy|pill|oak|apple)|(?:parasocial|information|sugar|cuteness|coffee"
        r"|caffeine) overdose|overdose (?:of|on) (?:cuteness|sugar|information|memes|netflix|coffee"
        r"|christmas)|self harm (?:policy|awareness|prevention)(?: \w{2,12}){0,2} (?:course|training"
        r"|class|workshop)",
        r"(?:rape|raped) (?:seed|seeds|seed oil|oil)|choking hazard|stroke rehab\w{0,10} (?:course"
        r"|training|class)|chest (?:pain|pains) (?:course|class|training|workshop|lecture|textbook"
        r"|module)",
    ),
    unmistakable={
        "self_harm": any_words_of(
            r"(?:im|i am) done(?: with (?:life|everything|living|it all))? (?:goodbye|bye) (?:everyone"
            r"|everybody|world|all|forever)|(?:im|i am) done with (?:life|everything|living)|(?:way out"
            r"|option|answer|escape|choice)(?: \w{1,8}){0,4} death|(?:go|going|be) to heaven (?:tonight"
            r"|now|today|soon)|(?:thinking|thought|thoughts)(?: \w{1,6}){0,2} (?:ending|end) (?:it"
            r"|things)(?: all)?$",
            r"(?:take care of|look after|feed)(?: \w{1,8}){1,4} (?:when|after|once|if) (?:im|i am"
            r"|i have) (?:gone|dead|not here)|(?:feel|feels|feeling|felt) like dying|(?:on|at"
            r"|near) (?:the|a) (?:roof|rooftop|bridge|ledge|edge|balcony|cliff)(?: \w{1,8}){0,4} jump"
            r"|(?:relapsed|started|starting)(?: \w{1,6}){0,2} (?:cut|cutting)(?: again)?$|cutting again",
            r"(?:sleep|asleep|want|wish|hope|bed)(?: \w{1,8}){0,4} (?:and )?(?:never|not"
            r"|dont) wake up(?! (?:early|on time|at|before|in time|late))",
            r"(?:bought|got|tied|have|found|tying|buying) (?:a |the |some |my )?(?:rope|noose"
            r"|razor ?blades?)(?! (?:course|ladder|for|bridge|access))|hang(?:ing)? from a rope",
            r"(?:im|i am|am|being|just|only|ive been|feel like) (?:such |just |only "
            r"|nothing but )?a (?:huge |big |total )?burden|(?:happier|better|fine|easier|relieved"
            r"|better off) (?:off )?(?:if i|without me|once im gone|when im gone|if im gone)|if i (?:died"
            r"|was dead|were dead|were gone|disappeared)",
            rf"kill(?:ing|ed|in)? ?{_SELF}|off(?:ing)? {_SELF}|top(?:ping)? {_SELF}|hang(?:ing)? {_SELF}"
            rf"|shoot(?:ing)? {_SELF}|drown(?:ing)? {_SELF}|stab(?:bing)? {_SELF}|un ?aliv(?:e|ing"
            rf"|ed)(?: {_SELF})?",
            rf"(?:hurt|harm|cut|cutting|hurting|harming|burn|burning|starve|starving|injure|injuring"
            rf"|punish|punishing) ?{_SELF}|self ?harm(?:ing|ed)?|(?:cut|slit|cutting|slitting"
            rf"|slash) (?:my |both )?(?:my )?(?:wrists?|arms?|veins?)",
            r"(?:end|ending|ended|take|taking|took) (?:of )?(?:my|my own|own|his own|her own"
            r"|their own) ?life(?! (?:insurance|savings|story|coach|partner|skills|experience|policy))"
            r"|(?:end|ending) (?:it"
            r"|this) all|(?:end|ending) (?:it|my pain|my suffering|the pain|everything)(?: tonight| now"
            r"| today| for good| forever)|end(?:ing)? my ?self",
            r"(?:want|wants|wanted|wanting|wanna|going|ready|prefer|hope|wish|trying|tried|decided|like"
            r"|love|plan|planning|deserve|need|needs|have|supposed) ?(?:2|to|too)? ?(?:just )?(?:die"
            r"|b dead|be dead|not exist|stop existing|not be alive|never wake up|disappear forever)"
            r"|wanna (?:die|be dead|disappear)|want 2 die|let me die|i should (?:die|be dead|just die)"
            r"|i (?:could|would) just die",
            rf"(?:dont|do not|didnt|not|never|no longer|cant|cannot|dont even) (?:want|wanna|wish"
            rf"|feel like|deserve|see a reason|see the point|bear|stand) ?(?:to |2 |in |of )?(?:live"
            rf"|living|be alive|be living|exist|existing|be here|being alive|being here|wake up"
            rf"|go on living|keep living|stay alive|be on this earth){_NOT_ANY_MORE}(?! in\b| at\b"
            rf"| with\b| near\b| close\b| there\b| on campus)",
            r"wish i (?:was|were|am) (?:dead|never born|gone|not alive)"
            r"|wish i (?:had )?(?:never been born|could die|could just die|could disappear|wasnt alive"
            r"|didnt exist|would die|wouldnt wake up)|better off (?:dead|without me|if i|with me gone)"
            r"|(?:be|am|is|im) better (?:off )?dead|world.{0,20}better without me",
            r"(?:no|any|a single|without) (?:reason|point|purpose|will) (?:to|in|of|for) (?:live|living"
            r"|life|being alive|go on|going on|carry on|existing)|nothing (?:left )?to live for"
            r"|nothing (?:left )?for me here|life (?:is|isnt|is not|feels"
            r"|has become) (?:not )?(?:worth living|worth it|pointless|meaningless|over|unbearable)"
            r"|not worth living|tired of (?:living|life|being alive|existing)|done with life"
            r"|sick of (?:living|life|being alive)",
            r"jump(?:ing)? (?:off|from|in front of|out of|under) (?:a |an |the "
            r"|my )?(?:\w{2,10} )?(?:bridge|roof|rooftop|building|balcony|cliff|train|window|tower|bus"
            r"|truck|car)|goodbye (?:cruel )?world|(?:this is )?my (?:last|final) (?:goodbye|message"
            r"|words|night on earth|day on earth)|(?:suicide|goodbye|farewell) (?:note|letter"
            r"|letters)(?: to)?",
            r"(?:painless|easy|easiest|quick|quickest|best|fastest|least painful) (?:way|ways|method"
            r"|methods) (?:to|of) (?:die|dying|kill (?:your|my|one) ?self|end (?:it|my)|go out|go)\b"
            r"|how (?:many|much) (?:\w{2,14} ){1,3}(?:to|would|will|does it take to) (?:die|kill|overdose"
            r"|od|be fatal)|how (?:do|can|to|should) i? ?die|lethal dose|fatal dose",
            r"(?:i )?cant (?:go on|do this any ?more|take (?:it|this|life) any ?more|keep going|carry on"
            r"|live like this|face another day|live with)|(?:i )?can ?not (?:go on|do this any ?more"
            r"|take (?:it|this|life) any ?more|live like this)|want (?:it all|everything"
            r"|the pain) to (?:end|stop)|want to disappear|no ?one would (?:miss|notice|care) (?:me|if i)"
            r"|nobody would (?:miss|notice|care) (?:me|if i)|give up on life|giving up on life",
        ),
        "danger": any_words_of(
            r"(?:put|puts|held|holding|pointed|pointing) (?:a |the |his |her )?(?:gun|knife|blade) (?:to"
            r"|at|against|on)|(?:forced|forcing|forces|made|makes|making|pressured) (?:me|her|him"
            r"|us) (?:to|into) (?:have |having )?sex|(?:house|home|building|apartment|flat|kitchen|room"
            r"|car) (?:is |was |just )?(?:on|caught) fire|(?:been|was|is|being) a (?:shooting|stabbing"
            r"|shooter|hostage)|trapped in (?:a |the )?(?:fire|car|elevator|building|smoke|rubble)",
            rf"(?:going to|gonna|gunna|will|wants? to|wanna|trying to|tried to|tries to|threaten(?:s|ed"
            rf"|ing)? to|about to|says? (?:he|she|they) (?:will|would)|said (?:he|she|they)(?: will"
            rf"| would|d|ll)?|ill|hell|shell|theyll|plan to|planning to|might|id like to"
            rf"|could) (?:\w{{2,8}} )?(?:kill|murder|stab|shoot|strangle|hurt|beat up|attack|rape|poison"
            rf"|burn|slaughter) (?:{_OTHERS})",
            rf"(?:my )?(?:{_KIN}) (?:has been |is |was |keeps |just |always |often |sometimes |still "
            rf"|has |had )?(?:hits?|hitting|beats?|beaten|beating|slaps?|slapped|slapping|punch(?:es|ed"
            rf"|ing)?|kick(?:s|ed|ing)|chok(?:es|ed|ing)|strangl(?:es|ed|ing)|rap(?:es|ed|ing)|abus(?:es"
            rf"|ed|ing)|threaten(?:s|ed|ing)|hurt(?:s|ing)?|attack(?:s|ed|ing)|assault(?:s|ed|ing)"
            rf"|molest(?:s|ed|ing)|stalk(?:s|ed|ing)|touch(?:es|ed|ing)|grop(?:es|ed|ing)|drugg(?:ed|ing)"
            rf"|follow(?:s|ed|ing)|stabb(?:ed|ing)|lock(?:s"
            rf"|ed) me) (?:me|us|my (?:kids?|children|son|daughter|mom|mum|mother|sister"
            rf"|baby))(?! to (?:it|the)| up\b| on (?:twitter|instagram|social))",
            r"(?:i|im|i am|i was|ive been|i have been|i got|being|been|was|were|am|getting|get) (?:being "
            r"|getting |been )?(?:raped?|molested|sexually (?:assaulted|abused|harassed)|abused"
            r"|beaten(?: up)?|stalked|kidnapped|held (?:hostage|captive|against my will)|strangled"
            r"|stabbed|shot at|attacked(?! by (?:bad|negative|reviews?|bots?|hackers?|spam|online))"
            r"|assaulted|threatened with|trafficked|followed home)",
            r"(?:has|have|with|had|pulled|holding|got|carrying|waving|pointing|pointed|buy|bought) (?:a "
            r"|an |his |her |the )?(?:loaded )?(?:gun|knife|weapon|machete|rifle|pistol|bomb)(?! (?:set"
            r"|sharpener|skills|block|holder|license|course|laws?))|(?:bomb|explosive)s? (?:in|at|under"
            r"|threat)|shoot(?:ing)? (?:up )?(?:the |a |my )?(?:school|office|place|mall|church)"
            r"|active shooter",
            r"(?:someone|somebody|a man|men|people|intruder|burglar|stranger|he|they) (?:is|are|just"
            r"|was) (?:trying to )?(?:break(?:ing)?|broke|get|getting) (?:in\b|into|in to)|intruder in"
            r"|(?:fear|afraid|scared|frightened|worried|fearing) for (?:my|our|her|his|their) (?:life"
            r"|lives|safety)|not safe (?:at home|here|with him|with her|any ?more)|(?:dont"
            r"|do not) feel safe|he wont let me (?:leave|out|go)|locked (?:me )?in(?: the| a"
            r"| my)? (?:room|house|basement)",
            r"(?:call|calling|need|get|send) (?:the )?(?:police|cops|911|999|110)|(?:please )?(?:help"
            r"|save) me (?:please )?(?:he|she|they|hes|shes|theyre|someone)|going to (?:get|be) killed"
            r"|my life is in danger|in (?:immediate |grave |mortal )?danger",
        ),
        "medical": any_words_of(
            rf"(?:{_PATIENT}|i)(?: \w{{1,8}}){{0,2}} (?:cant|cannot|can not|unable to) (?:move|feel"
            rf"|lift) (?:his|her|my|their|one|the)(?: \w{{1,8}}){{0,2}} (?:side|arm|arms|leg|legs|face"
            rf"|body|hand)|(?:bleeding|bleed)(?: \w{{1,6}}){{0,3}} pregnan\w{{1,4}}"
            rf"|pregnan\w{{1,4}}(?: \w{{1,6}}){{0,3}} bleed\w{{0,3}}",
            rf"(?:{_PATIENT})(?: \w{{1,8}}){{0,4}} (?:isnt|is not|not|stopped|wont|doesnt) (?:moving"
            rf"|breathing|responding|respond|move|breathe|wake|waking)",
            r"snake ?bites?|(?:bitten|bit|stung|bite) by (?:a |an |some |the )?(?:\w{4,10} )?(?:snake"
            r"|spider|scorpion|bees?|wasps?|jellyfish|viper|cobra)|(?:fell|fallen|falling) (?:down|off"
            r"|from|out of) (?:the |a |his |her |my )?(?:\w{2,8} )?(?:stairs|roof|ladder|window|balcony"
            r"|building)",
            r"(?:cant|cannot|can not|cnt|couldnt|unable to|barely|hardly|struggling to|trouble|difficulty"
            r"|difficult to|hard to|hard time|problems?|not|stopped|isnt|wont|can barely"
            r"|can hardly) (?:breath(?:e|ing)?|breathe? properly)|(?:short(?:ness)?"
            r"|out) of breath(?! (?:while|when|after) (?:running|exercis\w{1,4}|climbing|jogging"
            r"|workouts?))"
            r"|gasping for (?:air|breath)|turning blue|lips are blue",
            r"(?:is |are |was |hes |shes |im |fell |found \w{2,8} |lying )?(?:unconscious|unresponsive"
            r"|not responding and|passed out|blacked out|not waking up)|wont wake up|cant wake (?:him|her"
            r"|them|up my \w{2,10}|my \w{2,10})|(?:just )?collapsed (?:and|on|in|at|suddenly)|(?:he|she"
            r"|dad|mom|mum|father|mother|wife|husband) (?:just |has |suddenly )?(?:collapsed|fainted)"
            r"|no pulse|heart (?:has )?stopped",
            r"bleeding (?:heavily|a lot|badly|out|so much|profusely|non ?stop|everywhere|wont stop"
            r"|and (?:it )?wont stop|from (?:the |my |his |her )?(?:head|ear|ears|mouth|neck))|(?:wont"
            r"|cant|cannot|doesnt|not) stop (?:the )?bleed(?:ing)?|(?:lots?|so much|losing|lost|pool"
            r"|too much) (?:of )?(?:a lot of )?blood|(?:cough(?:ing|ed)?|vomit(?:ing|ed)?|throwing|threw"
            r"|spit(?:ting)?|puking)(?: up)? blood",
            r"(?:took|taken|take|swallowed|ate|eaten|drank|taking) (?:too many|a (?:whole |full "
            r"|entire )?(?:bottle|box|pack|handful)|all (?:of )?(?:my|the|his|her)|the (?:whole"
            r"|entire) (?:bottle|box|pack)|(?:\d{2,3}|twenty|thirty|forty|fifty|a lot of|lots of"
            r"|a bunch of|dozens of|so many)) ?(?:of )?(?:my |the )?(?:\w{3,14} )?(?:pills?|tablets?|meds"
            r"|medication|medicine|painkillers|tylenol|paracetamol|aspirin|ibuprofen|sleeping pills|xanax"
            r"|antidepressants|capsules)",
            r"(?:swallowed|drank|drunk|ate|ingested|inhaled) (?:some |a |the "
            r"|a lot of )?(?:\w{3,10} )?(?:bleach|poison|antifreeze|detergent|battery|batteries"
            r"|rat poison|pesticide|chemicals?|cleaner|magnet|magnets|drain cleaner|gasoline)|(?:been|is"
            r"|was|am|got|im) poisoned|(?:carbon monoxide|food|alcohol|gas|lead|mushroom) poisoning"
            r"|gas leak|od(?:ed|d|ing)? on|i (?:have |think i )?od(?:ed|d)",
            r"(?:having|had|has|have|is|get|getting) (?:a |an |another )?(?:heart attack|stroke|seizures?"
            r"|convulsions?|anaphyla\w{0,6}|severe allergic reaction|miscarriage)|throat (?:is |feels "
            r"|has )?(?:closing|swelling|swollen shut|closed)|face (?:is |has )?(?:droop\w{0,4}|numb on)"
            r"|slurr(?:ed|ing) (?:speech|words|his|her|my)|(?:one|left|right) side (?:of (?:my|his|her"
            r"|the) (?:face|body) )?(?:is |has gone |went |feels )?(?:numb|paraly[sz]ed|droop\w{0,4}"
            r"|weak)|water (?:just )?broke",
            r"(?:need|call|calling|send|get) (?:me |us |for )?(?:an |a )?(?:ambulance|paramedics?)"
            r"|medical emergency|(?:he|she|child|baby|son|daughter|kid|dad|mom|mum) (?:is|was|has been"
            r"|started|keeps)? ?(?:choking|drowning|drowned|electrocuted|convulsing)|im (?:choking"
            r"|bleeding out|having chest|suffocating)|(?:i am|im|hes|shes|he is|she is) (?:really "
            r"|actually |literally )?(?:dying|going to die|about to die)(?! to\b| of (?:laugh|bore|curio)"
            r"| laugh)",
        ),
    },
    plain={
        "self_harm": any_words_of(
            r"(?<!\d )(?<!many )(?<!few )(?<!of )(?<!in )(?<!per )(?<!hundred )(?<!thousand )kms(?! (?:per"
            r"|away|from|hour|long|range|driven|run|on the|h|and miles|or miles|to miles|pro"
            r"|activat\w{2,4}|key|service|driver))",
            r"suicid\w{0,5}|suicde|sucid\w{0,4}|sucicid\w{0,3}|suisid\w{0,4}|siucid\w{0,4}|suecid\w{0,4}"
            r"|sewer ?slide|commit(?:ting)? sui\w{0,8}|overdos(?:e|ing)|rather (?:die|be dead)|hopeless and"
            r"|i am worthless"
            r"|im worthless|feel(?:ing)? (?:completely |so |utterly )?(?:hopeless|suicidal)"
            r"|i hate (?:my life|being alive|living)|kys|kill your ?self|go die",
            r"(?:i )?(?:hope|wish) (?:that )?i (?:die|dont wake up|never wake up)|(?:i|ill|ill be"
            r"|im) (?:be )?dead (?:by|soon|tonight|tomorrow)|plan(?:s|ning)? to die",
        ),
        "danger": any_words_of(
            r"domestic (?:violence|abuse)|abusive (?:husband|wife|partner|boyfriend|girlfriend"
            r"|relationship|father|mother|parents?|home)|child abuse|rap(?:e|ed|ist)"
            r"|sexual(?:ly)? (?:assault|abuse)(?:d|s)?|molest(?:ed|ing|s)?|kidnap(?:ped|ping)?"
            r"|death threats?|murder (?:me|him|her|them|someone|my)|murdered|(?:commit|plan"
            r"|planning) (?:a )?murder|kill (?:him|her|them|people|someone|everyone"
            r"|my \w{2,10})|hit me|hits me|beat me up|stab(?:bed)?|stalk(?:ing|er) (?:me|outside|at)"
            r"|threaten(?:ed|ing|s) (?:me|to (?:hurt|harm|kill))",
        ),
        "medical": any_words_of(
            r"overdosed|seizing|convulsing|unconscious|unresponsive|anaphyla\w{0,6}|choking|suffocating"
            r"|electrocuted|severe (?:allergic reaction|bleeding|burns?)|badly burned|heavy bleeding"
            r"|bleeding out",
        ),
    },
    topical={
        "self_harm": any_words_of(r"harm themselves|self injury|self destructive"),
        "danger": any_words_of(r"violent partner|unsafe at home|gun violence"),
        "medical": any_words_of(
            r"chest (?:pains?|hurts?|hurting|is tight|tightness|pressure|is hurting|feels tight|ache)"
            r"|pain in (?:my|his|her|the) chest|heart attack|(?:a |having |had |mini )stroke"
            r"|signs? of (?:a )?stroke|poison(?:ed|ing)|allergic reaction|drowning|seizures?",
        ),
    },
    study=any_words_of(
        r"courses?|class(?:es)?|training|workshops?|lectures?|certificat\w{1,6}|webinars?|textbooks?|book"
        r"|books|movies?|films?|songs?|lyrics|thesis|essay|articles?|novels?|exam|curriculum|syllabus"
        r"|documentary|podcast|game|homework|research paper|learn about|study|volunteers?",
    ),
    acute=any_words_of(
        r"right now|help me|sudden|suddenly|now|im having|i am having|i have|my (?:dad|mom|mum|father"
        r"|mother|husband|wife|son|daughter|baby|child)|emergency|please help|what (?:do|should) i do",
    ),
)
