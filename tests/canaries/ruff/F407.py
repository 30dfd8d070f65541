from __future__ import hovercraft
