"""The five stories of the counter: what a service hall sees when it asks which materials a matter needs."""

from dataclasses import dataclass

from demo.stories import STORIES, Story

BREAK = "cli demo break real-estate"


@dataclass(frozen=True, slots=True)
class CounterStory:
    """What is to be seen, on which demo subject; `first` is a command that is to be run before."""

    title: str
    title_zh: str
    story: Story
    first: str = ""

    @property
    def who(self) -> str:
        """The subjects, as `role=code`."""
        return " ".join(f"{role}={code}" for role, codes in self.story.subjects.items() for code in codes)


_BY_KEY = {story.key: story for story in STORIES}

COUNTER: tuple[CounterStory, ...] = (
    CounterStory("all obtained", "全部获取", _BY_KEY["couple"]),
    CounterStory("one withheld", "一项未授权", _BY_KEY["disability"]),
    CounterStory("one register down", "一库停用", _BY_KEY["company"], BREAK),
    CounterStory("one under verification", "一项核实中", _BY_KEY["contradiction"]),
    CounterStory("absence as proof", "查无即证", _BY_KEY["no-dwelling"]),
)
