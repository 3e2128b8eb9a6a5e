"""Brings spellings of the same words together, so that patterns and counts see one form."""

import re
import unicodedata

EXAMINED_CHARACTERS = 4_000
"""No pattern looks further: the wire allows no longer text, and hostile text must not cost time."""

_TRADITIONAL_SIMPLIFIED = (
    "個个們们來来這这為为說说會会時时對对學学後后過过發发國国開开關关問问題题還还沒没樣样無无現现實实體体點点"
    "經经從从電电話话機机動动頭头裡里裏里麼么麽么嗎吗請请謝谢見见買买賣卖錢钱費费價价讓让給给誰谁幾几當当愛爱"
    "難难過过離离婚婚醫医藥药療疗診诊師师護护傷伤殺杀輕轻盡尽絕绝遺遗書书氣气壓压憂忧鬱郁慮虑癥症瘡疮腫肿膚肤"
    "腦脑腸肠臟脏腎肾膽胆喚唤暈晕嘔呕吐吐燒烧發发炎炎過过敏敏間间門门網网線线聯联繫系係系絡络務务員员專专業业"
    "諮咨詢询顧顾轉转換换報报預预約约訂订單单級级課课程程認认證证訓训練练習习職职薪薪資资業业創创辦办貸贷"
    "債债務务險险稅税財财產产權权訴诉訟讼執执業业條条約约標标準准應应該该許许願愿態态極极樂乐興兴歡欢歲岁歷历"
    "記记錄录號号碼码帳账賬账戶户頁页圖图聽听寫写讀读講讲語语詞词譯译車车飛飞馬马鳥鸟魚鱼龍龙風风雲云電电陽阳"
    "陰阴東东歐欧亞亚島岛灣湾廣广場场區区縣县鄉乡層层樓楼廳厅廁厕衛卫廠厂倉仓運运輸输遠远進进選选邊边違违連连"
    "遲迟適适達达遞递親亲觀观覺觉視视覽览規规計计設设試试詳详誤误調调談谈論论議议護护變变負负責责貨货質质購购"
    "贈赠贏赢跡迹躍跃軍军較较載载輪轮辭辞農农鄰邻鐘钟針针鋼钢銀银銷销鎖锁錯错鍵键閉闭閱阅隊队際际陸陆隨随雖虽"
    "雙双雜杂雞鸡離离靈灵靜静頂顶項项順顺須须領领頻频顏颜類类餓饿飯饭飲饮養养館馆騙骗驗验驚惊髒脏鬥斗鬧闹鮮鲜"
    "麗丽黃黄黨党齊齐齒齿兩两嚴严亂乱僅仅儘尽優优傳传債债傾倾償偿兒儿內内冊册凍冻劇剧劑剂勞劳勢势勝胜匯汇協协"
    "單单厭厌參参叢丛員员啟启喪丧嘗尝團团園园圓圆堅坚塊块墜坠壞坏壯壮壽寿夠够夢梦夾夹奪夺奮奋婦妇媽妈嬰婴孫孙"
    "寧宁審审寶宝將将尋寻導导屆届屍尸屬属嶺岭幣币幫帮幹干庫库廢废張张強强彈弹彎弯徵征恆恒惡恶惱恼愼慎慘惨慣惯"
    "憐怜憑凭憲宪懷怀懶懒懸悬戀恋戰战戲戏撲扑擁拥擇择擊击擔担據据擠挤擴扩擺摆攝摄敵敌數数斷断於于昇升暫暂"
    "曉晓曠旷棄弃構构槍枪橋桥檢检檔档櫃柜歸归殘残毀毁毆殴決决況况淚泪淨净減减測测湯汤溝沟溫温滅灭滿满漲涨潔洁"
    "潰溃濟济濕湿煙烟煩烦熱热爭争爾尔牆墙犧牺狀状獎奖獨独獲获環环瘋疯癒愈癢痒盜盗盤盘監监睏困矯矫礎础禮礼禱祷"
    "種种稱称穩稳窮穷竊窃競竞筆笔節节範范簡简簽签籃篮糧粮糾纠紀纪紅红純纯紙纸細细終终組组結结統统絲丝維维緊紧"
    "緒绪編编緩缓緣缘縮缩總总繩绳繼继續续罰罚羅罗聖圣聞闻聰聪聲声膠胶臉脸臨临舊旧艱艰節节莊庄萬万葉叶"
    "蓋盖蘭兰處处虛虚蟲虫術术補补裝装複复襲袭訊讯託托評评詐诈詞词誠诚誘诱賢贤賭赌賠赔賺赚趕赶跳跳踐践蹤踪軟软"
    "轟轰辦办辯辩遊游遺遗邏逻鄭郑醜丑釋释鑒鉴鐵铁長长閃闪陣阵陳陈隱隐難难雇雇韓韩響响頓顿預预飄飘飽饱駕驾騎骑"
    "騷骚驅驱髮发鬆松鹽盐麵面僱雇蕩荡薦荐藝艺襪袜訴诉誌志徹彻慶庆憤愤懇恳撫抚搶抢擾扰損损歐欧氾泛沖冲灑洒牽牵"
)
SIMPLIFIED = str.maketrans(
    {
        _TRADITIONAL_SIMPLIFIED[at]: _TRADITIONAL_SIMPLIFIED[at + 1]
        for at in range(0, len(_TRADITIONAL_SIMPLIFIED), 2)
    }
)

_CHINESE_CHARACTER = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_NOT_WORD = re.compile(rf"[^0-9a-z{_CHINESE_CHARACTER}]+")
_NOT_LATIN = re.compile(r"[^0-9a-z]+")
_REPEATED = re.compile(r"(.)\1{2,}")
_SPELLED_OUT = re.compile(r"\b(?:[a-z] ){3,40}[a-z]\b")
_DISGUISES = str.maketrans(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"}
)
_DISGUISED = re.compile(r"(?<![^\s])(?=\S{0,24}[a-z])[a-z0-9@$!]{2,23}[a-z0-9@$](?![^\s.,?!;:)])")


def folded(text: str) -> str:
    """Half width, lower case, simplified characters, without accents and invisible characters."""
    examined = unicodedata.normalize("NFKC", text[:EXAMINED_CHARACTERS])[:EXAMINED_CHARACTERS].casefold()
    decomposed = unicodedata.normalize("NFKD", examined)[:EXAMINED_CHARACTERS]
    kept = "".join(
        character
        for character in decomposed
        if unicodedata.category(character) not in {"Mn", "Me", "Cf", "Cs"}
    )
    return kept.translate(SIMPLIFIED)


def squeezed(text: str) -> str:
    """Letters, digits and Chinese characters with nothing between: `我 想-死!!` becomes `我想死`."""
    return _REPEATED.sub(r"\1\1", _NOT_WORD.sub("", folded(text)))


def words(text: str) -> str:
    """Latin words with single spaces, without apostrophes; `k i l l` joined, `su1cide` undisguised."""
    plain = folded(text).replace("'", "").replace("\u2019", "").replace("`", "")
    plain = _DISGUISED.sub(_undisguise, plain)
    spaced = _NOT_LATIN.sub(" ", _REPEATED.sub(r"\1\1", plain)).strip()
    return _SPELLED_OUT.sub(lambda run: run.group().replace(" ", ""), spaced)


def _undisguise(match: re.Match[str]) -> str:
    token = match.group()
    letters = sum(character.isalpha() for character in token)
    return token.translate(_DISGUISES) if letters * 2 >= len(token) and letters < len(token) else token
