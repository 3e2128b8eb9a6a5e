"""Questions of three subjects that have nothing to do with each other."""

FRUIT = ["苹果树剪枝", "桃树长虫", "梨树不结果", "果园施肥", "樱桃树叶子卷", "葡萄架怎么搭", "柑橘掉果"]
BOATS = ["帆船调帆", "小艇漏水", "船用发动机打不着", "考船员证", "出海要带什么", "桅杆断了", "船底刷漆"]
POTS = ["陶器上釉", "窑温多少度", "拉坯总是歪", "泥料开裂", "素烧要多久", "釉面起泡", "修坯刀怎么选"]
QUESTIONS = ("怎么办", "请教一下", "有什么要注意的", "谁懂这个", "急，在线等", "想问问")
"""What may follow each of them."""
