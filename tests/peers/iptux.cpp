// iptux without its window: the program's own library (libiptux-core), driven by JSON lines.
//
// Usage: iptux-peer CONFIG, where CONFIG is iptux's configuration as JSON; its `bind_ip` is this peer's address.
// Reads one command a line from stdin, writes one event a line to stdout. The end of stdin ends it at once, as a crash
// would; `{"do":"leave"}` ends it as a person would.

#include <dlfcn.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <json/json.h>

#include "iptux-core/CoreThread.h"
#include "iptux-core/Event.h"
#include "iptux-core/IptuxConfig.h"
#include "iptux-core/ProgramData.h"

using namespace iptux;

namespace {

in_addr own_address;

// Ids below this are for folders that everyone may fetch.
constexpr uint32_t FIRST_FILE_ID = 10000;

std::string address_text(in_addr address) {
  char text[INET_ADDRSTRLEN];
  return inet_ntop(AF_INET, &address, text, sizeof text);
}

void say(const Json::Value& line) {
  static std::mutex one_at_a_time;
  static const Json::StreamWriterBuilder builder = [] {
    Json::StreamWriterBuilder made;
    made["indentation"] = "";
    made["emitUTF8"] = true;
    return made;
  }();
  const std::string text = Json::writeString(builder, line);
  const std::lock_guard<std::mutex> guard(one_at_a_time);
  std::cout << text << std::endl;
}

Json::Value event(const char* name) {
  Json::Value line;
  line["event"] = name;
  return line;
}

Json::Value about_peer(const char* name, const PalInfo& peer) {
  Json::Value line = event(name);
  line["ip"] = address_text(peer.ipv4);
  line["user"] = peer.getUser();
  line["host"] = peer.getHost();
  line["name"] = peer.getName();
  line["group"] = peer.getGroup();
  line["version"] = peer.getVersion();
  line["encoding"] = peer.getEncode();
  return line;
}

class Peer {
 public:
  explicit Peer(const std::string& config)
      : data(std::make_shared<ProgramData>(IptuxConfig::newFromString(config))), core(data) {
    core.signalEvent.connect([this](std::shared_ptr<const Event> happened) { report(*happened); });
  }

  void start() { core.start(); }

  // Whether it goes on.
  bool obey(const Json::Value& command) {
    const std::string what = command["do"].asString();
    if (what == "detect") {
      core.SendDetectPacket(command["ip"].asString());
    } else if (what == "say") {
      MsgPara message(known(command));
      message.stype = MessageSourceType::SELF;
      message.btype = GROUP_BELONG_TYPE_REGULAR;
      message.dtlist.emplace_back(command["text"].asString());
      core.AsyncSendMsgPara(std::move(message));
    } else if (what == "say_to_all") {
      core.SendGroupMessage(known(command)->GetKey(), command["text"].asString());
    } else if (what == "rename") {
      data->nickname = command["name"].asString();
      core.UpdateMyInfo();
    } else if (what == "offer") {
      offer(known(command), command["path"].asString());
    } else if (what == "accept") {
      accept(command["file"].asUInt(), command["to"].asString());
    } else if (what == "leave") {
      core.stop();
      say(event("left"));
      return false;
    } else {
      throw std::runtime_error("unknown command: " + what);
    }
    return true;
  }

 private:
  std::shared_ptr<ProgramData> data;
  CoreThread core;
  std::mutex offered_lock;
  std::map<uint32_t, FileInfo> offered_to_us;
  uint32_t next_file_id = FIRST_FILE_ID;

  PPalInfo known(const Json::Value& command) {
    const std::string ip = command["ip"].asString();
    PPalInfo peer = core.GetPal(ip);
    if (!peer) throw std::runtime_error("nobody is known at " + ip);
    return peer;
  }

  void offer(PPalInfo to, const std::string& path) {
    struct stat status;
    if (stat(path.c_str(), &status) != 0) throw std::runtime_error("stat " + path);
    auto file = std::make_shared<FileInfo>();
    file->fileid = next_file_id++;
    file->fileattr = S_ISDIR(status.st_mode) ? FileAttr::DIRECTORY : FileAttr::REGULAR;
    file->filepath = strdup(path.c_str());
    file->fileown = to;
    file->filectime = static_cast<uint32_t>(status.st_mtime);
    file->ensureFilesizeFilled();
    core.AddPrivateFile(file);
    core.BcstFileInfoEntry({to.get()}, {file.get()});
  }

  void accept(uint32_t id, const std::string& to) {
    const std::lock_guard<std::mutex> guard(offered_lock);
    // The library never frees it either.
    auto* file = new FileInfo(offered_to_us.at(id));
    free(file->filepath);
    file->filepath = strdup(to.c_str());
    core.RecvFileAsync(file);
  }

  void report(const Event& happened) {
    switch (happened.getType()) {
      case EventType::NEW_PAL_ONLINE:
        say(about_peer("online", *dynamic_cast<const NewPalOnlineEvent&>(happened).getPalInfo()));
        break;
      case EventType::PAL_UPDATE:
        say(about_peer("changed", *dynamic_cast<const PalUpdateEvent&>(happened).getPalInfo()));
        break;
      case EventType::PAL_OFFLINE: {
        Json::Value line = event("offline");
        line["ip"] = dynamic_cast<const PalOfflineEvent&>(happened).GetPalKey().GetIpv4String();
        say(line);
        break;
      }
      case EventType::NEW_MESSAGE: {
        const MsgPara& message = dynamic_cast<const NewMessageEvent&>(happened).getMsgPara();
        Json::Value line =
            about_peer(message.stype == MessageSourceType::ERROR ? "not_delivered" : "message", *message.getPal());
        for (const ChipData& piece : message.dtlist) line["text"] = line["text"].asString() + piece.data;
        say(line);
        break;
      }
      case EventType::NEW_SHARE_FILE_FROM_FRIEND: {
        const FileInfo& file = dynamic_cast<const NewShareFileFromFriendEvent&>(happened).GetFileInfo();
        {
          const std::lock_guard<std::mutex> guard(offered_lock);
          offered_to_us.erase(file.fileid);
          offered_to_us.emplace(file.fileid, file);
        }
        Json::Value line = about_peer("offered", *file.fileown);
        line["file"] = file.fileid;
        line["path"] = file.filepath;
        line["size"] = static_cast<Json::Int64>(file.filesize);
        line["folder"] = file.fileattr == FileAttr::DIRECTORY;
        say(line);
        break;
      }
      case EventType::SEND_FILE_FINISHED:
        ended("sent", dynamic_cast<const SendFileFinishedEvent&>(happened).GetTaskId());
        break;
      case EventType::RECV_FILE_FINISHED:
        ended("received", dynamic_cast<const RecvFileFinishedEvent&>(happened).GetTaskId());
        break;
      default:
        break;
    }
  }

  void ended(const char* how, int task) {
    const auto transfer = core.GetTransTaskStat(task);
    Json::Value line = event(how);
    line["ip"] = transfer->getIp();
    line["name"] = transfer->getFilename();
    line["bytes"] = static_cast<Json::Int64>(transfer->getFileLength());
    line["whole"] = transfer->getStatus() == "tip-finish";
    say(line);
  }
};

}  // namespace

// iptux leaves the source address of its TCP connections to the system, which on loopback is 127.0.0.1 for everybody.
// Here each peer calls from its own address, as it does from a machine of its own.
extern "C" int connect(int socket, const sockaddr* to, socklen_t length) {
  using Connect = int (*)(int, const sockaddr*, socklen_t);
  static const auto next = reinterpret_cast<Connect>(dlsym(RTLD_NEXT, "connect"));
  if (to->sa_family == AF_INET) {
    sockaddr_in from{};
    from.sin_family = AF_INET;
    from.sin_addr = own_address;
    bind(socket, reinterpret_cast<const sockaddr*>(&from), sizeof from);
  }
  return next(socket, to, length);
}

int main(int count, char** arguments) {
  try {
    if (count != 2) throw std::runtime_error("usage: iptux-peer CONFIG");
    Json::Value config;
    std::istringstream(arguments[1]) >> config;
    if (inet_pton(AF_INET, config["bind_ip"].asCString(), &own_address) != 1) throw std::runtime_error("bind_ip");
    Peer peer(arguments[1]);
    peer.start();
    say(event("ready"));
    std::string line;
    while (std::getline(std::cin, line)) {
      Json::Value command;
      std::istringstream(line) >> command;
      if (!peer.obey(command)) return 0;
    }
    _exit(0);
  } catch (const std::exception& error) {
    std::cerr << "iptux-peer: " << error.what() << std::endl;
    _exit(1);
  }
}
