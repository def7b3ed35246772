"""What the commands of MAVLink's common.xml do to the path."""

from __future__ import annotations

from dronectl.measures import Datum

FRAMES = {
    0: Datum.AMSL, 5: Datum.AMSL, 3: Datum.TAKEOFF, 6: Datum.TAKEOFF, 10: Datum.AGL, 11: Datum.AGL,
}  # MAV_FRAME: global, relative altitude, terrain altitude, and their integer twins  # fmt: skip
MISSION_FRAME = 2
WAYPOINT, TAKEOFF, VTOL_TAKEOFF, LAND, VTOL_LAND, RTL, PLACE = 16, 22, 84, 21, 85, 20, 94
LOITERS = {17: 2, 18: 2, 19: 2, 31: 1, 34: 0}  # MAV_CMD: index of the radius parameter
LOITER_UNLIM, LOITER_TURNS, LOITER_TIME, LOITER_TO_ALT, FIGURE_EIGHT = 17, 18, 19, 31, 35
GOES_TO = frozenset(
    {16, 17, 18, 19, 21, 22, 31, 34, 35, 36, 81, 82, 84, 85, 94, 192, 4501, *range(31000, 31005)}
)  # MAV_CMD with hasLocation and isDestination
UNSURE = {
    36: "an arc waypoint leaves the straight leg",
    82: "a spline waypoint leaves the straight leg",
    81: "a path-planning item leaves the path to the aircraft",
}
FREE = {25: "following a target", 92: "guidance by another computer"}
LOCAL = frozenset({23, 24})  # TAKEOFF_LOCAL, LAND_LOCAL: metres in a frame that the file does not tie to the globe
NO_MOVE = frozenset(
    {80, 93, 112, 114, 115, 178, 179, 188, 189, 195, 196, 197, 201, 203, 204, 205, 206, 207, 211, 214, 220, 222, 223,
     240, 420, 530, 531, 532, 533, 534, 600, 1000, 1001, 2000, 2001, 2003, 2004, 2500, 2501, 3000, 5000, 5001, 5002,
     5003, 5004, 5100, *range(180, 185), *range(31005, 31010)}
)  # camera, gimbal, delay, speed, servo, relay, gripper, region of interest, fence and rally: no move  # fmt: skip
CHANGE_ALT, DELAY, CONDITION_DELAY, JUMP, SPEED, SET_HOME, TAG, JUMP_TAG = (30, 113), 93, 112, 177, 178, 179, 600, 601
CONTINUE_AND_CHANGE_ALT = 30
AIRSPEED, GROUNDSPEED = 0, 1  # MAV_CMD_DO_CHANGE_SPEED, its first parameter
DEFAULT_SPEED = -2  # its second: back to the speed before any change
MULTIROTORS = frozenset({2, 3, 4, 13, 14, 15})  # MAV_TYPE: quad, coaxial, helicopter, hexa, octo, tri
FIXED_WING = 1
WINGED = frozenset(
    {FIXED_WING, *range(19, 26)}
)  # MAV_TYPE: fixed wing, and those that take off upright and fly on a wing
MOST_POINTS = 20_000
MOST_STEPS = 100_000  # a jump repeats the same line: what is not run again is flown already
MOUNT_CONTROL, GIMBAL_PITCH_YAW, MOUNT_ANGLES = 205, 1000, 2  # the mount's mode in which its figures are angles
LOOKS_ELSEWHERE = frozenset(
    {195, 196, 201, 204}
)  # regions of interest, mount configuration: the pitch is not known then
FILMS = {2000: True, 2001: False, 2500: True, 2501: False}  # photos in a row, and film: begin and end
TRIGGER_DISTANCE, PHOTO = 206, frozenset({203, 2003})
