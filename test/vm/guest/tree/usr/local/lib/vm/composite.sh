#!/bin/sh
# One USB device of several functions on dummy_hcd: a host controller of its own that appears when the module is loaded.
#   composite.sh up SERIAL FUNCTION...   FUNCTION: storage keyboard rndis ecm acm
#   composite.sh down                    composite.sh controller-off
#   composite.sh press CODE              USB usage of a key, press and release
set -eu
gadget=/sys/kernel/config/usb_gadget/vm

add_storage() {
  [ -s /var/tmp/lun.img ] || { truncate -s 16M /var/tmp/lun.img; mkfs.vfat -n LUN /var/tmp/lun.img >/dev/null; }
  mkdir -p functions/mass_storage.0
  echo 1 >functions/mass_storage.0/lun.0/removable
  echo /var/tmp/lun.img >functions/mass_storage.0/lun.0/file
  ln -s "$gadget/functions/mass_storage.0" configs/c.1/
}

# The boot keyboard's report descriptor, HID 1.11 appendix B.1.
add_keyboard() {
  mkdir -p functions/hid.0
  echo 1 >functions/hid.0/protocol
  echo 1 >functions/hid.0/subclass
  echo 8 >functions/hid.0/report_length
  printf '\005\001\011\006\241\001\005\007\031\340\051\347\025\000\045\001\165\001\225\010\201\002\225\001\165\010\201\003\225\005\165\001\005\010\031\001\051\005\221\002\225\001\165\003\221\003\225\006\165\010\025\000\045\145\005\007\031\000\051\145\201\000\300' >functions/hid.0/report_desc
  ln -s "$gadget/functions/hid.0" configs/c.1/
}

up() {
  serial=$1
  shift
  modprobe libcomposite
  modprobe dummy_hcd is_super_speed=0
  mountpoint -q /sys/kernel/config || mount -t configfs none /sys/kernel/config
  mkdir "$gadget"
  cd "$gadget"
  echo 0x1d6b >idVendor
  echo 0x0104 >idProduct
  echo 0xEF >bDeviceClass
  echo 2 >bDeviceSubClass
  echo 1 >bDeviceProtocol
  mkdir -p strings/0x409 configs/c.1
  echo "$serial" >strings/0x409/serialnumber
  echo tanmori >strings/0x409/manufacturer
  echo composite >strings/0x409/product
  for function in "$@"; do
    case $function in
      storage) add_storage ;;
      keyboard) add_keyboard ;;
      *) mkdir -p "functions/$function.0"; ln -s "$gadget/functions/$function.0" configs/c.1/ ;;
    esac
  done
  until ls /sys/class/udc | grep -q dummy; do sleep 0.1; done
  ls /sys/class/udc | grep -m1 dummy >UDC
}

down() {
  cd "$gadget" || exit 0
  echo '' >UDC || true
  find configs/c.1 -type l -delete
  rmdir configs/c.1 functions/* strings/0x409
  cd /
  rmdir "$gadget"
}

press() {
  printf '\000\000\'"$(printf %o "$1")"'\000\000\000\000\000' >/dev/hidg0
  printf '\000\000\000\000\000\000\000\000' >/dev/hidg0
}

case $1 in
  up) shift; up "$@" ;;
  down) down ;;
  controller-off) down; rmmod dummy_hcd ;;
  press) press "$2" ;;
esac
